package app.rcommerce.gateway.server.protocol;

import app.rcommerce.gateway.http.FieldNames;
import app.rcommerce.gateway.http.Paths;
import app.rcommerce.gateway.http.Target;
import app.rcommerce.gateway.identity.Authority;
import app.rcommerce.gateway.server.message.BadRequest;
import app.rcommerce.gateway.server.message.CommonFields;
import app.rcommerce.gateway.server.message.FieldLines;
import app.rcommerce.gateway.server.message.Statuses.Fault;
import app.rcommerce.gateway.server.transport.TlsSession;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The rules that a request must keep in every version of HTTP: its method, its target, its host and what it expects
 * (RFC 9110 §7.1, §7.2, §9.1, §10.1.1). Each throws {@link BadRequest} where the request must be refused. Stateless.
 */
public final class RequestRules {

    private RequestRules() {}

    /** The method of this name. */
    public static HttpMethod method(String name) {
        if (!FieldNames.isToken(name)) {
            throw BadRequest.malformed("a method that is not a token");
        }
        HttpMethod method = HttpMethod.valueOf(name);
        checkMethod(method);
        return method;
    }

    /** Checks the method. */
    public static void checkMethod(HttpMethod method) {
        if (!FieldNames.isToken(method.name())) {
            throw BadRequest.malformed("a method that is not a token");
        }
        if (hasLowerCase(method.name())) {
            throw BadRequest.malformed(
                    "a method in lower case, which another server might take for the one in upper case");
        }
        if (method.equals(HttpMethod.CONNECT)) {
            throw new BadRequest(Fault.METHOD, "CONNECT is not supported here.");
        }
    }

    private static boolean hasLowerCase(String method) {
        for (int i = 0; i < method.length(); i++) {
            if (method.charAt(i) >= 'a' && method.charAt(i) <= 'z') {
                return true;
            }
        }
        return false;
    }

    /** Checks that nothing is asked of the connection that an upstream of HTTP/1.1 would read in another way. */
    public static void checkHandshakes(HttpHeaders fields) {
        // Netty's decoder expects eight bytes of content behind this field of a forgotten protocol; no upstream does.
        if (fields.contains(CommonFields.SEC_WEBSOCKET_KEY1)) {
            throw BadRequest.malformed("an obsolete handshake");
        }
    }

    /** Checks what the client expects. */
    public static void checkExpectation(HttpHeaders fields) {
        List<String> expectations = FieldLines.of(fields, HttpHeaderNames.EXPECT);
        for (int i = 0; i < expectations.size(); i++) {
            if (!HttpHeaderValues.CONTINUE.contentEqualsIgnoreCase(
                    expectations.get(i).trim())) {
                throw new BadRequest(Fault.EXPECTATION, "The only expectation met is 100-continue.");
            }
        }
    }

    /**
     * The host asked for.
     *
     * @param required whether there must be one
     * @param tls whose certificate must be for it; null in the clear
     */
    public static Authority authority(String text, boolean required, @Nullable TlsSession tls) {
        Authority authority = Authority.parse(text);
        if (authority == null || (required && authority.host().isEmpty())) {
            throw BadRequest.malformed("a host that is none");
        }
        if (tls != null && !tls.isFor(authority.host())) {
            throw new BadRequest(
                    Fault.MISDIRECTED, "The certificate of this connection is not for the host asked for.");
        }
        return authority;
    }

    /** The normalised target. */
    public static Target target(String text) {
        Target target = Paths.parse(text);
        if (target == null) {
            throw BadRequest.malformed("a target that is not a path, or that can be read in two ways");
        }
        return target;
    }
}
