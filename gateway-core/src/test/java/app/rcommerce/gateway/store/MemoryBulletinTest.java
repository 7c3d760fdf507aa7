package app.rcommerce.gateway.store;

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
