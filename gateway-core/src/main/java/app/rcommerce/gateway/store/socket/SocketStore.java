package app.rcommerce.gateway.store.socket;

import app.rcommerce.gateway.identity.Identifier;
import app.rcommerce.gateway.socket.SocketRecord;
import app.rcommerce.gateway.store.StoreUnavailable;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * The records of WebSockets. A record is written by the connection whose mark it bears; whoever continues it puts its
 * own there, and the connection before has no part in it any more. Stages fail with {@link StoreUnavailable} and
 * nothing else. Safe for any thread.
 */
public interface SocketStore {

    /** What has become of a record that was to be written. */
    enum Outcome {
        /** It is as it was to be. */
        WRITTEN,
        /** Another connection has taken it over, and it is as that one has written it. */
        TAKEN,
        /** The store could not be asked, or has refused. */
        FAILED
    }

    /** Writes a record, whoever has held it. */
    CompletionStage<Void> save(SocketRecord record, Duration life);

    /** Writes records unless other connections hold them; tells of each, in their order, and never fails. */
    CompletionStage<List<Outcome>> touch(List<SocketRecord> records, Duration life);

    /** Removes a record unless another connection holds it; tells whether there was one. */
    CompletionStage<Boolean> remove(SocketRecord record);

    /** Lets go of a record, which stays for whoever comes back, unless another connection holds it. */
    CompletionStage<Void> release(SocketRecord record, Duration life);

    /** The record with this id; null where there is none, or what stands there is none. */
    CompletionStage<@Nullable SocketRecord> find(String id);

    /** Records of this user, so many at most, in no order. */
    CompletionStage<List<SocketRecord>> byUser(Identifier user, int most);

    /** Records of this address, so many at most, in no order. */
    CompletionStage<List<SocketRecord>> byAddress(String address, int most);

    /** Records of anybody, so many at most, in no order. */
    CompletionStage<List<SocketRecord>> all(int most);
}
