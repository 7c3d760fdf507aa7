package app.rcommerce.gateway.server.net;

import app.rcommerce.gateway.policy.RateLimitFields;
import io.netty.util.AsciiString;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Field names that every request meets, hashed and encoded once. */
final class Names {

    static final AsciiString CACHE_STATUS = AsciiString.cached("cache-status");
    static final AsciiString SEC_WEBSOCKET_KEY1 = AsciiString.cached("sec-websocket-key1");
    static final AsciiString X_FORWARDED_FOR = AsciiString.cached("x-forwarded-for");
    static final AsciiString X_FORWARDED_HOST = AsciiString.cached("x-forwarded-host");
    static final AsciiString X_FORWARDED_PORT = AsciiString.cached("x-forwarded-port");
    static final AsciiString X_FORWARDED_PROTO = AsciiString.cached("x-forwarded-proto");
    static final AsciiString X_GATEWAY_CALLER = AsciiString.cached("x-gateway-caller");
    static final AsciiString X_REAL_IP = AsciiString.cached("x-real-ip");
    static final AsciiString X_REQUEST_ID = AsciiString.cached("x-request-id");

    static final AsciiString HTTP = AsciiString.cached("http");
    static final AsciiString VIA_11 = AsciiString.cached("1.1 rcommerce-gateway");
    static final AsciiString VIA_10 = AsciiString.cached("1.0 rcommerce-gateway");

    /** The rate-limit fields. */
    static final Map<RateLimitFields.Name, AsciiString> RATE_LIMIT =
            new EnumMap<>(Arrays.stream(RateLimitFields.Name.values())
                    .collect(Collectors.toMap(Function.identity(), name -> AsciiString.cached(name.text()))));

    private Names() {}
}
