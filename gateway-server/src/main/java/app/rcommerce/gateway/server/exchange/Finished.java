package app.rcommerce.gateway.server.exchange;

import app.rcommerce.gateway.server.message.Failure;
import app.rcommerce.gateway.server.message.Statuses.ErrorStatus;

/**
 * One exchange after its end, for metrics and the access log. Immutable.
 *
 * @param startMillis when the request's head had arrived, milliseconds since the epoch
 * @param durationNanos from then to the end of the answer
 * @param upstreamNanos from sending the request upstream to the head of the answer; -1 where it was not sent
 * @param requestId the request's id
 * @param clientAddress the client's address
 * @param method the method
 * @param host the host asked for
 * @param path the normalised path, without the query
 * @param route the route's name; empty where none was found
 * @param status the status answered; 499 where the client left before an answer began
 * @param code the stable code of the gateway's own answer; empty where the upstream answered
 * @param caller the caller's identifier; empty where it is anonymous
 * @param cache the cache's part, such as {@code hit}; empty where the route does not cache
 * @param failure what went wrong, such as {@code upstream_timeout}; empty where nothing did
 * @param requestBytes content received
 * @param responseBytes content sent
 */
public record Finished(
        long startMillis,
        long durationNanos,
        long upstreamNanos,
        String requestId,
        String clientAddress,
        String method,
        String host,
        String path,
        String route,
        int status,
        String code,
        String caller,
        String cache,
        String failure,
        long requestBytes,
        long responseBytes) {

    /** The record of a request that was refused before it became an exchange. */
    public static Finished refused(ErrorStatus refusal, String requestId, String clientAddress, long responseBytes) {
        return new Finished(
                System.currentTimeMillis(),
                0,
                -1,
                requestId,
                clientAddress,
                "",
                "",
                "",
                "",
                refusal.status(),
                refusal.code(),
                "",
                "",
                Failure.label(Failure.Source.CLIENT, Failure.Kind.PROTOCOL),
                0,
                responseBytes);
    }
}
