package app.rcommerce.gateway.store.idempotency;

import app.rcommerce.gateway.http.Reply;
import app.rcommerce.gateway.idempotency.Claim;
import java.time.Duration;
import java.util.concurrent.CompletionStage;

/**
 * What is kept under idempotency keys: the mark of a request that is under way, or the answer to it. Stages fail with
 * {@code StoreUnavailable} where the store cannot be asked. Safe for any thread.
 */
public interface IdempotencyStore {

    /** What stands under the key of a request that begins. */
    sealed interface Begun {

        /** Nothing stood there: the request is under way from now on, and whoever asked is to forward it. */
        record First() implements Begun {}

        /** The same request is under way, or has been given up without an answer. */
        record InProgress() implements Begun {}

        /** Another request has come with this key. */
        record OtherRequest() implements Begun {}

        /** The same request has been answered. */
        record Answered(Reply answer) implements Begun {}
    }

    /**
     * Begins a request.
     *
     * @param life after which the key is free again where nothing ends the request
     */
    CompletionStage<Begun> begin(Claim claim, Duration life);

    /**
     * Keeps the answer to a request that this claim has begun. A mark that has ended meanwhile is no hindrance, unless
     * the key has become another request's.
     *
     * @return whether it is kept
     */
    CompletionStage<Boolean> finish(Claim claim, Reply answer, Duration kept);

    /** Frees the key of a request that this claim has begun and that is not answered; says whether it was that. */
    CompletionStage<Boolean> release(Claim claim);
}
