package app.rcommerce.gateway.server.protocol.http2;

import app.rcommerce.gateway.http.Reply;
import app.rcommerce.gateway.server.exchange.ClientConnection;
import app.rcommerce.gateway.server.exchange.Exchange;
import app.rcommerce.gateway.server.exchange.Finished;
import app.rcommerce.gateway.server.exchange.IncomingRequest;
import app.rcommerce.gateway.server.exchange.OutgoingResponse;
import app.rcommerce.gateway.server.exchange.http2.Http2Event;
import app.rcommerce.gateway.server.message.BadRequest;
import app.rcommerce.gateway.server.message.ProtocolVersion;
import app.rcommerce.gateway.server.message.RequestIds;
import app.rcommerce.gateway.server.message.Statuses.ErrorStatus;
import app.rcommerce.gateway.server.message.Statuses.Fault;
import app.rcommerce.gateway.server.protocol.http2.field.RequestFields;
import app.rcommerce.gateway.server.protocol.http2.field.RequestReader;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameAdapter;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2Stream;
import java.util.ArrayList;
import java.util.List;

/**
 * What the frames of one connection mean: a header section begins a request, or ends one, content goes to its stream.
 * Confined to its event loop.
 */
final class Requests extends Http2FrameAdapter {

    /** A client that takes header sections no larger than this, in bytes, takes no answer. */
    private static final long LEAST_SECTION = 1024;

    private static final ErrorStatus TOO_LARGE = Fault.FIELDS_TOO_LARGE.with("The header section is too large.");

    /** A request that has not begun. */
    private record Prepared(Http2Leg leg, Exchange exchange) {}

    private final Http2Connection connection;
    private final ClientConnection.Owner owner;
    private final List<Prepared> prepared = new ArrayList<>();

    Requests(Http2Connection connection, ClientConnection.Owner owner) {
        this.connection = connection;
        this.owner = owner;
    }

    @Override
    public void onHeadersRead(
            ChannelHandlerContext ctx,
            int id,
            Http2Headers headers,
            int dependency,
            short weight,
            boolean exclusive,
            int padding,
            boolean last)
            throws Http2Exception {
        Http2Stream stream = connection.stream(id);
        if (connection.isClosing() || stream == null || !(headers instanceof RequestFields section)) {
            return;
        }
        Http2Leg leg = connection.leg(stream);
        if (leg != null) {
            trailers(leg, section);
        } else {
            begin(stream, section, last);
        }
    }

    private void trailers(Http2Leg leg, RequestFields section) throws Http2Exception {
        if (section.hasPseudo() || section.isTooMany() || !section.fault().isEmpty()) {
            throw RequestReader.malformed(leg.stream().id(), "trailers with what they cannot hold");
        }
        begin();
        connection.touched(leg);
        leg.in().content(Unpooled.EMPTY_BUFFER, 0, true);
    }

    private void begin(Http2Stream stream, RequestFields section, boolean last) throws Http2Exception {
        if (owner.isDraining()) {
            connection.drain();
        }
        boolean toHead = section.method() != null && "HEAD".contentEquals(section.method());
        IncomingRequest incoming;
        try {
            incoming = RequestReader.read(stream.id(), section, last, connection.peer());
        } catch (BadRequest bad) {
            refuse(new Http2Leg(connection, stream, toHead, null, last), bad.status());
            return;
        } catch (Http2Exception malformed) {
            tell(Fault.MALFORMED.with("The request is malformed."), RequestIds.random(), 0);
            throw malformed;
        }
        Http2Leg leg = new Http2Leg(connection, stream, toHead, incoming.head(), last);
        if (connection.open(leg)) {
            prepared.add(new Prepared(leg, new Exchange(leg, owner.snapshot(), incoming, owner.traffic())));
        }
    }

    /**
     * Begins the requests of what has been decoded, in their order: not those that their client has reset in there,
     * which cost no more than to be read then.
     */
    void begin() {
        for (int i = 0; i < prepared.size(); i++) {
            Prepared next = prepared.get(i);
            if (connection.isClosing() || next.leg().stream().state() == Http2Stream.State.CLOSED) {
                next.exchange().clientGone();
            } else {
                next.leg().start(next.exchange());
            }
        }
        prepared.clear();
    }

    /** Refuses a request that does not become an exchange. */
    private void refuse(Http2Leg leg, ErrorStatus why) {
        if (!connection.open(leg)) {
            return;
        }
        String requestId = RequestIds.random();
        Reply reply = OutgoingResponse.refusal(why, requestId);
        tell(why, requestId, reply.body().length);
        leg.refuse(reply);
    }

    private void tell(ErrorStatus why, String requestId, int bytes) {
        owner.traffic().finished(Finished.refused(why, requestId, connection.peer(), ProtocolVersion.HTTP_2, bytes));
    }

    /** Refuses a request whose header section was too large to be decoded. */
    void refuseTooLarge(Http2Stream stream) {
        refuse(new Http2Leg(connection, stream, false, null, false), TOO_LARGE);
    }

    @Override
    public int onDataRead(ChannelHandlerContext ctx, int id, ByteBuf data, int padding, boolean last)
            throws Http2Exception {
        int size = data.readableBytes() + padding;
        Http2Leg leg = connection.leg(connection.stream(id));
        if (leg == null) {
            return size;
        }
        begin();
        if (!last && !data.isReadable() && !connection.count(Http2Event.EMPTY_DATA)) {
            throw Http2Exception.connectionError(Http2Error.ENHANCE_YOUR_CALM, "content without content");
        }
        connection.touched(leg);
        return leg.in().content(data, size, last);
    }

    @Override
    public void onSettingsRead(ChannelHandlerContext ctx, Http2Settings settings) throws Http2Exception {
        Long section = settings.maxHeaderListSize();
        if (section != null && section < LEAST_SECTION) {
            connection.end(
                    Http2Error.ENHANCE_YOUR_CALM,
                    "MAX_HEADER_LIST_SIZE is too small for any answer",
                    Http2Event.CLOSED_TINY_HEADER_LIST);
        }
    }

    @Override
    public void onSettingsAckRead(ChannelHandlerContext ctx) {
        connection.acknowledged();
    }

    @Override
    public void onGoAwayRead(ChannelHandlerContext ctx, int lastStream, long error, ByteBuf debug) {
        connection.leaving();
    }
}
