package app.rcommerce.gateway.server.net;

import app.rcommerce.gateway.cache.StoredReply;
import app.rcommerce.gateway.http.Field;
import app.rcommerce.gateway.http.Reply;
import app.rcommerce.gateway.policy.Call;
import app.rcommerce.gateway.policy.Denial;
import app.rcommerce.gateway.policy.ErrorBody;
import app.rcommerce.gateway.policy.RateLimitFields;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What every answer to a client carries, whoever made it. */
final class OutgoingResponse {

    private OutgoingResponse() {}

    /** Our own answer with the fields of every answer. */
    static Reply complete(Reply reply, Call call) {
        List<Field> fields = new ArrayList<>(reply.fields().size() + 8);
        boolean dated = false;
        for (Field field : reply.fields()) {
            dated |= field.name().equalsIgnoreCase("date");
            fields.add(field);
        }
        if (!dated) {
            fields.add(new Field("date", DateField.now()));
        }
        if (call.cacheLookup() != null) {
            fields.add(new Field("via", Names.VIA_11.toString()));
        }
        fields.add(new Field("x-request-id", call.requestId()));
        RateLimitFields.write(
                call.limitReports(),
                System.currentTimeMillis(),
                (name, value) -> fields.add(new Field(name.text(), value)));
        return new Reply(reply.status(), fields, reply.body());
    }

    /** The answer to a request that was refused before it became one; the connection ends with it. */
    static Reply refusal(Denial denial, String requestId) {
        return new Reply(
                denial.status(),
                List.of(
                        new Field("content-type", ErrorBody.JSON),
                        new Field("date", DateField.now()),
                        new Field("x-request-id", requestId)),
                ErrorBody.plain(denial, requestId));
    }

    /** Makes the upstream's head ours: the fields of every answer are set. */
    static void prepare(HttpResponse response, Call call, @Nullable String cacheStatus) {
        HttpHeaders headers = response.headers();
        boolean http11 = response.protocolVersion().isKeepAliveDefault();
        response.setProtocolVersion(HttpVersion.HTTP_1_1);
        headers.add(HttpHeaderNames.VIA, ForwardedFields.via(http11));
        headers.set(Names.X_REQUEST_ID, call.requestId());
        if (!headers.contains(HttpHeaderNames.DATE)) {
            headers.set(HttpHeaderNames.DATE, DateField.now());
        }
        if (cacheStatus != null) {
            headers.add(Names.CACHE_STATUS, cacheStatus);
        }
        if (!call.limitReports().isEmpty()) {
            RateLimitFields.write(
                    call.limitReports(),
                    System.currentTimeMillis(),
                    (name, value) -> headers.set(Names.RATE_LIMIT.get(name), value));
        }
    }

    /** The head of a stored reply that is still being filled. */
    static HttpResponse of(StoredReply stored) {
        HttpResponse response =
                new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(stored.status()));
        stored.fields().forEach((name, value) -> response.headers().add(name, value));
        return response;
    }

    /** Whether no content can follow (RFC 9112 §6.3). */
    static boolean isBodyless(HttpResponse response, boolean toHead) {
        int status = response.status().code();
        return toHead || status == 204 || status == 304 || status < 200;
    }
}
