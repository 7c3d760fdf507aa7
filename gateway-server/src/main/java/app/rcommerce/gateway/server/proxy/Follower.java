package app.rcommerce.gateway.server.proxy;

import app.rcommerce.gateway.cache.StoredReply;
import org.jspecify.annotations.Nullable;

/** A reader's position in a {@link Fill}: how many pieces it has read. Guarded by the fill. */
final class Follower {
    private final Fill fill;
    final FillReader reader;
    long position;
    long heldAt;
    boolean told;

    Follower(Fill fill, FillReader reader) {
        this.fill = fill;
        this.reader = reader;
    }

    /** The reply's head, once the reader has been told that there is something to read. */
    StoredReply head() {
        return fill.headOf();
    }

    /** The next piece of content, or null where there is none for now. */
    byte @Nullable [] read() {
        return fill.read(this);
    }

    /** Whether all content has been read. */
    boolean isAtEnd() {
        return fill.isAtEnd(this);
    }

    /** Removes the reader, which has left. */
    void leave() {
        fill.leave(this);
    }
}
