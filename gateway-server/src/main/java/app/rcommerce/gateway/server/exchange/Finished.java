package app.rcommerce.gateway.server.exchange;

import app.rcommerce.gateway.identity.Addresses;
import app.rcommerce.gateway.policy.Reason;
import app.rcommerce.gateway.server.message.Failure;
import app.rcommerce.gateway.server.message.ProtocolVersion;
import app.rcommerce.gateway.server.message.Statuses.ErrorStatus;
import app.rcommerce.gateway.server.transport.Peer;
import app.rcommerce.gateway.server.transport.TlsSession;
import org.jspecify.annotations.Nullable;

/**
 * One exchange after its end, for metrics and the access log. Immutable.
 *
 * @param startMillis when the request's head had arrived, milliseconds since the epoch
 * @param durationNanos from then to the end of the answer
 * @param upstream the upstream's part; null where the request was not forwarded
 * @param requestId the request's id
 * @param clientAddress the client's address
 * @param protocol what the client speaks
 * @param method the method
 * @param host the host asked for
 * @param path the normalised path, without the query
 * @param route the route's name; empty where none was found
 * @param status the status answered; 499 where the client left before an answer began
 * @param code the stable code of the gateway's own answer; empty where the upstream answered
 * @param caller the caller's identifier; empty where it is anonymous
 * @param cache the cache's part, such as {@code hit}; empty where the route does not cache
 * @param notStored why the reply was not stored, such as {@code set_cookie}; empty where it was, or nobody wanted it to
 * @param failure what went wrong, such as {@code upstream_timeout}; empty where nothing did
 * @param reason why the gateway refused, where the code does not say it all
 * @param requestBytes content received
 * @param responseBytes content sent
 * @param socket how a WebSocket has ended; null where the exchange has opened none
 */
public record Finished(
        long startMillis,
        long durationNanos,
        @Nullable Upstream upstream,
        String requestId,
        String clientAddress,
        Protocol protocol,
        String method,
        String host,
        String path,
        String route,
        int status,
        String code,
        String caller,
        String cache,
        String notStored,
        String failure,
        @Nullable Reason reason,
        long requestBytes,
        long responseBytes,
        @Nullable Socket socket) {

    /** An exchange that has opened no WebSocket. */
    public Finished(
            long startMillis,
            long durationNanos,
            @Nullable Upstream upstream,
            String requestId,
            String clientAddress,
            Protocol protocol,
            String method,
            String host,
            String path,
            String route,
            int status,
            String code,
            String caller,
            String cache,
            String notStored,
            String failure,
            @Nullable Reason reason,
            long requestBytes,
            long responseBytes) {
        this(
                startMillis,
                durationNanos,
                upstream,
                requestId,
                clientAddress,
                protocol,
                method,
                host,
                path,
                route,
                status,
                code,
                caller,
                cache,
                notStored,
                failure,
                reason,
                requestBytes,
                responseBytes,
                null);
    }

    /**
     * How a WebSocket has ended.
     *
     * @param closeCode the code of the first close frame; 1006 where there was none
     * @param closedBy who or what has ended it, in a few words, such as {@code client} or {@code too many messages}
     * @param handshakeNanos from the head of the handshake to the answer to it
     */
    public record Socket(int closeCode, String closedBy, long handshakeNanos) {}

    /**
     * The upstream's part in an exchange.
     *
     * @param server the server that was tried last, as it is configured
     * @param attempts how many times a server was tried
     * @param connectNanos how long connections were waited for, those that failed too; 0 where one was at hand
     * @param answerNanos from sending the request to the head of the answer; -1 where none came
     */
    public record Upstream(String server, int attempts, long connectNanos, long answerNanos) {}

    /**
     * What a client speaks.
     *
     * @param name such as {@code http/1.1}, {@code h2} or {@code websocket}
     * @param tlsVersion such as {@code TLSv1.3}; empty in the clear
     * @param tlsCipher such as {@code TLS_AES_128_GCM_SHA256}; empty in the clear
     */
    public record Protocol(String name, String tlsVersion, String tlsCipher) {

        private static final Protocol HTTP_1_0 = new Protocol(ProtocolVersion.HTTP_1_0.text(), "", "");
        private static final Protocol HTTP_1_1 = new Protocol(ProtocolVersion.HTTP_1_1.text(), "", "");
        private static final Protocol HTTP_2 = new Protocol(ProtocolVersion.HTTP_2.text(), "", "");

        /** This version of HTTP as the peer speaks it. */
        public static Protocol of(ProtocolVersion version, Peer peer) {
            TlsSession tls = peer.tls();
            if (tls != null) {
                return new Protocol(version.text(), tls.version(), tls.cipher());
            }
            return switch (version) {
                case HTTP_1_0 -> HTTP_1_0;
                case HTTP_1_1 -> HTTP_1_1;
                case HTTP_2 -> HTTP_2;
            };
        }
    }

    /** The same with the texts that a client or others choose cut to so many characters. */
    public Finished shortened(int most) {
        if (host.length() <= most && path.length() <= most && caller.length() <= most && method.length() <= most) {
            return this;
        }
        return new Finished(
                startMillis,
                durationNanos,
                upstream,
                requestId,
                clientAddress,
                protocol,
                cut(method, most),
                cut(host, most),
                cut(path, most),
                route,
                status,
                code,
                cut(caller, most),
                cache,
                notStored,
                failure,
                reason,
                requestBytes,
                responseBytes,
                socket);
    }

    private static String cut(String text, int most) {
        return text.length() <= most ? text : text.substring(0, most) + "...";
    }

    /** The record of a request that was refused before it became an exchange. */
    public static Finished refused(
            ErrorStatus refusal, String requestId, Peer peer, ProtocolVersion version, long responseBytes) {
        return new Finished(
                System.currentTimeMillis(),
                0,
                null,
                requestId,
                Addresses.format(peer.address()),
                Protocol.of(version, peer),
                "",
                "",
                "",
                "",
                refusal.status(),
                refusal.code(),
                "",
                "",
                "",
                Failure.label(Failure.Source.CLIENT, Failure.Kind.PROTOCOL),
                null,
                0,
                responseBytes);
    }
}
