package app.rcommerce.gateway.server.exchange;

import app.rcommerce.gateway.http.Field;
import app.rcommerce.gateway.http.Reply;
import app.rcommerce.gateway.policy.Call;
import app.rcommerce.gateway.policy.Denial;
import app.rcommerce.gateway.policy.ErrorBody;
import app.rcommerce.gateway.policy.RateLimitFields;
import app.rcommerce.gateway.server.message.CommonFields;
import app.rcommerce.gateway.server.message.ProtocolVersion;
import app.rcommerce.gateway.server.message.ResponseHead;
import app.rcommerce.gateway.server.message.Statuses;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.AsciiString;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Sets the fields that every response to a client has, whether the upstream or the gateway produced it. Stateless. */
public final class OutgoingResponse {

    /** The rate-limit fields. */
    private static final Map<RateLimitFields.Name, AsciiString> RATE_LIMIT =
            new EnumMap<>(Arrays.stream(RateLimitFields.Name.values())
                    .collect(Collectors.toMap(Function.identity(), name -> AsciiString.cached(name.text()))));

    private OutgoingResponse() {}

    /** The error status as a denial, so that every error of the gateway has the same form. */
    static Denial denial(Statuses.ErrorStatus status) {
        return new Denial(status.status(), status.code(), status.message());
    }

    /** Our own answer with the fields of every answer, and without content where its status has none. */
    static Reply complete(Reply reply, Call call, @Nullable String hsts) {
        List<Field> fields = new ArrayList<>(reply.fields().size() + 8);
        boolean dated = false;
        boolean secured = false;
        for (Field field : reply.fields()) {
            dated |= field.name().equalsIgnoreCase("date");
            secured |= field.name().equalsIgnoreCase("strict-transport-security");
            fields.add(field);
        }
        if (!dated) {
            fields.add(new Field("date", DateField.now()));
        }
        if (call.cacheLookup() != null) {
            fields.add(new Field("via", ProtocolVersion.HTTP_1_1.via().toString()));
        }
        fields.add(new Field("x-request-id", call.requestId()));
        if (hsts != null && !secured) {
            fields.add(new Field("strict-transport-security", hsts));
        }
        RateLimitFields.write(
                call.limitReports(),
                System.currentTimeMillis(),
                (name, value) -> fields.add(new Field(name.text(), value)));
        return new Reply(reply.status(), fields, Statuses.content(reply));
    }

    /** The answer to a request that was refused before it became one; the connection ends with it. */
    public static Reply refusal(Statuses.ErrorStatus refusal, String requestId) {
        return new Reply(
                refusal.status(),
                List.of(
                        new Field("content-type", ErrorBody.JSON),
                        new Field("date", DateField.now()),
                        new Field("x-request-id", requestId)),
                ErrorBody.plain(denial(refusal), requestId));
    }

    /** Sets the fields of every response on the head that the upstream sent. */
    static void prepare(ResponseHead response, Call call, @Nullable String cacheStatus, @Nullable String hsts) {
        HttpHeaders headers = response.fields();
        headers.add(HttpHeaderNames.VIA, response.version().via());
        headers.set(CommonFields.X_REQUEST_ID, call.requestId());
        if (!headers.contains(HttpHeaderNames.DATE)) {
            headers.set(HttpHeaderNames.DATE, DateField.now());
        }
        if (hsts != null && !headers.contains(CommonFields.STRICT_TRANSPORT_SECURITY)) {
            headers.set(CommonFields.STRICT_TRANSPORT_SECURITY, hsts);
        }
        if (cacheStatus != null) {
            headers.add(CommonFields.CACHE_STATUS, cacheStatus);
        }
        if (!call.limitReports().isEmpty()) {
            RateLimitFields.write(
                    call.limitReports(),
                    System.currentTimeMillis(),
                    (name, value) -> headers.set(RATE_LIMIT.get(name), value));
        }
    }
}
