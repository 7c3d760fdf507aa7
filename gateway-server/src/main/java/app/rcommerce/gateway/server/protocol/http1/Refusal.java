package app.rcommerce.gateway.server.protocol.http1;

import app.rcommerce.gateway.http.Reply;
import app.rcommerce.gateway.server.exchange.Finished;
import app.rcommerce.gateway.server.exchange.OutgoingResponse;
import app.rcommerce.gateway.server.exchange.Traffic;
import app.rcommerce.gateway.server.http1.MessageWriter;
import app.rcommerce.gateway.server.message.BadRequest;
import app.rcommerce.gateway.server.message.ProtocolVersion;
import app.rcommerce.gateway.server.message.RequestIds;
import app.rcommerce.gateway.server.transport.Peer;
import io.netty.handler.codec.http.HttpHeaderValues;

/** The answer to a request that is too malformed to become an exchange; the connection ends with it. Stateless. */
final class Refusal {

    private Refusal() {}

    /** Sends it, and tells of it. */
    static void send(BadRequest bad, MessageWriter writer, Traffic traffic, Peer peer) {
        String requestId = RequestIds.random();
        Reply reply = OutgoingResponse.refusal(bad.status(), requestId);
        writer.reply(reply, HttpHeaderValues.CLOSE, false);
        traffic.finished(
                Finished.refused(bad.status(), requestId, peer, ProtocolVersion.HTTP_1_1, reply.body().length));
    }
}
