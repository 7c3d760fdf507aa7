package app.rcommerce.gateway.store.memory;

import app.rcommerce.gateway.store.Passage;
import app.rcommerce.gateway.store.node.Bulletin;
import app.rcommerce.gateway.store.node.BulletinContract;
import app.rcommerce.gateway.time.HandClock;

class MemoryBulletinTest extends BulletinContract {

    private final Bulletin bulletin = new MemoryBulletin();

    @Override
    protected Bulletin here() {
        return bulletin;
    }

    @Override
    protected Bulletin there() {
        return bulletin;
    }

    @Override
    protected Passage time() {
        return Passage.of(new HandClock());
    }
}
