package app.rcommerce.gateway.server.proxy;

import app.rcommerce.gateway.cache.CacheKey;
import app.rcommerce.gateway.cache.CacheKeys;
import app.rcommerce.gateway.cache.CacheStatus;
import app.rcommerce.gateway.cache.Freshness;
import app.rcommerce.gateway.cache.StoredReply;
import app.rcommerce.gateway.cache.VaryMarker;
import app.rcommerce.gateway.http.Headers;
import app.rcommerce.gateway.policy.CacheLookup;
import app.rcommerce.gateway.policy.Call;
import app.rcommerce.gateway.server.message.Failure;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One reply on its way from the upstream into the cache, and the requests that read it as it arrives, each at its own
 * pace. The leading exchange feeds it from its own event loop; readers are notified on theirs. Content is kept up to
 * the largest entry that may be stored, and to what the budget of all fills has left. A larger reply is not stored:
 * what every reader has read is dropped, the upstream waits a moment for readers that have fallen behind, and then goes
 * on without them. Safe for any thread.
 */
final class Fill {

    private enum Phase {
        WAITING,
        STREAMING,
        OVERSIZE,
        COMPLETE,
        CLOSED
    }

    /** The time after which a reader that has fallen behind by an entry's bound must have read something. */
    private static final long ROUND_MILLIS = 1000;

    private static final int MOST_ROUNDS = 10;

    /** The number of pieces that a reader may be behind and still count as keeping up. */
    private static final int PIECES_BEHIND = 4;

    private final Fills fills;
    private final CacheKey primary;
    private final CacheLookup lookup;
    private final Call call;
    private final Leader leader;
    private final long sentMillis;
    private final Fills.Generation generation;
    private final List<Follower> followers = new ArrayList<>();
    private final Pieces pieces;
    private Phase phase = Phase.WAITING;
    private boolean paused;
    private boolean held;
    private boolean settled;
    private long holds;
    private Freshness.@Nullable Storable storable;
    /** What the leader's request selects among the variants; null while it is not known, or where there are none. */
    private @Nullable CacheKey variant;

    private @Nullable StoredReply head;
    private CacheStatus status;
    /** Why the reply is not stored; empty while it may be. */
    private String notStored = NotStored.NO;

    Fill(Fills fills, Call call, CacheLookup lookup, Leader leader, long nowMillis) {
        this.fills = fills;
        this.pieces = new Pieces(fills.budget());
        this.leader = leader;
        this.call = call;
        this.lookup = lookup;
        this.primary = lookup.primary();
        this.sentMillis = nowMillis;
        this.generation = fills.generation(primary);
        this.status = lookup.forwarded();
    }

    CacheKey primary() {
        return primary;
    }

    /** The salt of the variants that vary by these names: the marker's that was found, or another one. */
    long salt(List<String> names) {
        VaryMarker found = lookup.marker();
        return found != null && found.names().equals(names)
                ? found.salt()
                : ThreadLocalRandom.current().nextLong();
    }

    /** Adds a reader; answers its place, or null where the reply is not to be had from here any more. */
    synchronized @Nullable Follower join(FillReader reader) {
        if (phase == Phase.OVERSIZE || phase == Phase.CLOSED || pieces.first() > 0 || settled) {
            return null;
        }
        if (head != null && !isFor(reader)) {
            return null;
        }
        Follower follower = new Follower(this, reader);
        followers.add(follower);
        if (phase != Phase.WAITING) {
            tell(follower);
        }
        return follower;
    }

    /** The head of the reply has arrived; answers what {@code Cache-Status} says. Called by the leader. */
    synchronized String head(int code, Headers reply, long contentLength, long nowMillis) {
        Freshness freshness = Freshness.of(
                new Freshness.Candidate(call.request().method(), lookup.directives(), lookup.credential(), code, reply),
                lookup.rule(),
                sentMillis,
                nowMillis);
        notStored = NotStored.of(freshness, contentLength > mostBytes());
        if (!notStored.isEmpty() || !(freshness instanceof Freshness.Storable found)) {
            phase = Phase.CLOSED;
            fills.remove(this);
            followers.forEach(Fill::release);
            followers.clear();
            return status.withDetail(NotStored.detail(notStored)).toString();
        }
        storable = found;
        variant = found.vary().isEmpty()
                ? null
                : variant(found.vary(), call.request().headers());
        head = StoredReply.of(found, call.request().target().matched(), code, reply, new byte[0]);
        phase = Phase.STREAMING;
        status = lookup.isStoreAway() ? status.withDetail(NotStored.STORE_AWAY) : status.withStored();
        followers.removeIf(follower -> {
            boolean elsewhere = !isFor(follower.reader);
            if (elsewhere) {
                release(follower);
            } else {
                tell(follower);
            }
            return elsewhere;
        });
        return status.toString();
    }

    /** Why the reply is not stored, by {@link NotStored}. */
    synchronized String notStored() {
        return notStored;
    }

    /**
     * Some content has arrived. Called by the leader; the buffer is only read.
     *
     * @return whether the upstream is to wait until the leader is told that more is wanted
     */
    synchronized boolean content(ByteBuf content, boolean last) {
        if (phase == Phase.STREAMING || phase == Phase.OVERSIZE) {
            if (content.isReadable()) {
                keep(content);
            }
            if (phase == Phase.OVERSIZE) {
                letGo();
            }
            if (last) {
                complete();
            }
            followers.forEach(Fill::tell);
        }
        return hold();
    }

    /**
     * The largest content that is stored: as the route says, and as the budget has room for on the way into the store.
     */
    private long mostBytes() {
        return Math.min(lookup.rule().maxEntryBytes(), fills.mostEntryBytes());
    }

    /** Keeps a piece, for the store and for those who read along; what the budget does not allow is stored no more. */
    private void keep(ByteBuf content) {
        int size = content.readableBytes();
        boolean allowed = pieces.bytes() + size <= mostBytes() && fills.budget().reserve(size);
        if (!allowed && phase == Phase.STREAMING) {
            phase = Phase.OVERSIZE;
            notStored = pieces.bytes() + size > mostBytes() ? NotStored.TOO_LARGE : NotStored.NO_MEMORY;
            fills.remove(this);
        }
        if (!allowed) {
            fills.budget().take(size);
        }
        pieces.add(content);
    }

    private void complete() {
        Freshness.Storable found = storable;
        boolean store = phase == Phase.STREAMING;
        phase = Phase.COMPLETE;
        // Once more as one piece, and twice while it is put into the form that the store takes.
        long more = 3 * pieces.bytes();
        if (store && found != null && fills.budget().reserve(more)) {
            fills.store(
                            this,
                            found,
                            headOf(),
                            pieces.joined(),
                            generation,
                            call.request().headers())
                    .whenComplete((done, failure) -> {
                        fills.budget().release(more);
                        settle();
                    });
        } else {
            if (store) {
                notStored = NotStored.NO_MEMORY;
            }
            settle();
        }
    }

    /** Removes the fill, so that requests look in the store, which has the reply or will never have it. */
    private synchronized void settle() {
        settled = true;
        fills.remove(this);
        if (followers.isEmpty()) {
            dropAll();
        }
    }

    /** Fails the fill: the reply does not arrive, or not completely. Called by the leader. */
    synchronized void fail(Failure failure) {
        if (phase == Phase.COMPLETE || phase == Phase.CLOSED) {
            return;
        }
        phase = Phase.CLOSED;
        fills.remove(this);
        for (Follower follower : followers) {
            follower.reader.later(() -> follower.reader.fillFailed(failure));
        }
        followers.clear();
        dropAll();
    }

    /** Whether the upstream should be read to the end though the leader's client has left. */
    synchronized boolean isWanted() {
        return phase == Phase.WAITING || phase == Phase.STREAMING || (phase == Phase.OVERSIZE && !followers.isEmpty());
    }

    /**
     * Whether the leader, whose own client takes nothing at the moment, may leave the upstream unread: not while the
     * reply may still be stored, nor while another reader keeps up. If it may, it is told when one of them waits.
     */
    synchronized boolean mayPause() {
        boolean keptUpWith = phase == Phase.STREAMING
                || (phase == Phase.OVERSIZE && followers.stream().anyMatch(this::keepsUp));
        paused = !keptUpWith;
        return paused;
    }

    private boolean keepsUp(Follower follower) {
        return pieces.end() - follower.position <= PIECES_BEHIND;
    }

    /** Whether the leader's own client, so many bytes behind, holds up others for longer than any reader may. */
    synchronized boolean isHeldUpBy(long bytesBehind) {
        return phase == Phase.OVERSIZE
                && !followers.isEmpty()
                && bytesBehind > 2 * lookup.rule().maxEntryBytes();
    }

    /** What readers are told of the cache's part. */
    synchronized String collapsedStatus() {
        return lookup.forwarded().withCollapsed().toString();
    }

    private boolean isFor(FillReader reader) {
        if (storable == null || variant == null) {
            return true;
        }
        return variant.equals(variant(storable.vary(), reader.requestHeaders()));
    }

    private CacheKey variant(List<String> names, Headers request) {
        return CacheKeys.variant(primary, names, 0, request);
    }

    private static void release(Follower follower) {
        follower.reader.later(follower.reader::released);
    }

    private static void tell(Follower follower) {
        if (!follower.told) {
            follower.told = true;
            follower.reader.later(follower.reader::readable);
        }
    }

    /** Drops what every reader has read. */
    private void letGo() {
        long slowest = pieces.end();
        for (Follower follower : followers) {
            slowest = Math.min(slowest, follower.position);
        }
        pieces.dropBefore(slowest);
    }

    /** Makes the upstream wait, for a while, where too much is kept for a slow reader; returns whether it waits. */
    private boolean hold() {
        if (phase != Phase.OVERSIZE || pieces.bytes() <= allowance()) {
            return false;
        }
        if (!held) {
            held = true;
            waitForReaders(++holds, MOST_ROUNDS);
        }
        return true;
    }

    private void waitForReaders(long hold, int roundsLeft) {
        followers.forEach(follower -> follower.heldAt = follower.position);
        leader.loop().schedule(() -> endRound(hold, roundsLeft), ROUND_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** Ends a round: breaks off readers that took nothing in it, after the last one all that have not caught up. */
    private synchronized void endRound(long hold, int roundsLeft) {
        if (!held || hold != holds) {
            return;
        }
        Failure late = new Failure(Failure.Source.CLIENT, Failure.Kind.OVERLOAD, "the client reads too slowly");
        followers.removeIf(follower -> {
            boolean stalled =
                    follower.position == pieces.first() && (roundsLeft == 0 || follower.position == follower.heldAt);
            if (stalled) {
                follower.reader.later(() -> follower.reader.fillFailed(late));
            }
            return stalled;
        });
        letGo();
        if (roundsLeft > 0 && pieces.bytes() > allowance() && !followers.isEmpty()) {
            waitForReaders(hold, roundsLeft - 1);
        } else {
            resume();
        }
    }

    /** Whether the upstream waits for readers that have fallen behind. */
    synchronized boolean isHeld() {
        return held;
    }

    private void resume() {
        held = false;
        paused = false;
        leader.loop().execute(leader::wanted);
    }

    /** How much of an oversize reply is kept for readers that fall behind, in bytes. */
    private long allowance() {
        return fills.budget().isSpent() ? 0 : lookup.rule().maxEntryBytes();
    }

    private void dropAll() {
        pieces.dropBefore(pieces.end());
    }

    synchronized StoredReply headOf() {
        if (head == null) {
            throw new IllegalStateException("the head is read before it has arrived");
        }
        return head;
    }

    synchronized byte @Nullable [] read(Follower follower) {
        byte[] piece = pieces.get(follower.position);
        if (piece == null) {
            follower.told = false;
            if (paused) {
                resume();
            }
            return null;
        }
        follower.position++;
        if (phase == Phase.OVERSIZE) {
            letGo();
            if (held && pieces.bytes() <= allowance() / 2) {
                resume();
            }
        }
        return piece;
    }

    synchronized boolean isAtEnd(Follower follower) {
        return phase == Phase.COMPLETE && follower.position == pieces.end();
    }

    synchronized void leave(Follower follower) {
        followers.remove(follower);
        if (phase == Phase.OVERSIZE) {
            letGo();
        } else if (settled && followers.isEmpty()) {
            dropAll();
        }
    }
}
