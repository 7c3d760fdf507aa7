package app.rcommerce.gateway.server;

import app.rcommerce.gateway.block.Subject;
import app.rcommerce.gateway.policy.Bans;
import app.rcommerce.gateway.store.Bulletin;
import java.util.function.Supplier;

/** Hears what a {@link BanAnnouncer} of another node has said, so that refusals of before the ban lead to no further one. */
record BanListener(Supplier<Bans> bans) implements Bulletin.Listener {

    @Override
    public void heard(String text) {
        String[] words = text.split(" ", 3);
        Subject subject = words.length == 3 ? Subject.parse(words[0]) : null;
        if (subject != null) {
            bans.get().heard(words[2], subject);
        }
    }
}
