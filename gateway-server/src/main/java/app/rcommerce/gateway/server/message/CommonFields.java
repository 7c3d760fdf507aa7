package app.rcommerce.gateway.server.message;

import io.netty.util.AsciiString;

/** Names of common fields, hashed and encoded once. Constants. */
public final class CommonFields {

    /** {@code cache-status}. */
    public static final AsciiString CACHE_STATUS = AsciiString.cached("cache-status");
    /** {@code sec-websocket-key1}. */
    public static final AsciiString SEC_WEBSOCKET_KEY1 = AsciiString.cached("sec-websocket-key1");
    /** {@code strict-transport-security}. */
    public static final AsciiString STRICT_TRANSPORT_SECURITY = AsciiString.cached("strict-transport-security");
    /** {@code x-forwarded-for}. */
    public static final AsciiString X_FORWARDED_FOR = AsciiString.cached("x-forwarded-for");
    /** {@code x-api-key}. */
    public static final AsciiString X_API_KEY = AsciiString.cached("x-api-key");
    /** {@code x-forwarded-host}. */
    public static final AsciiString X_FORWARDED_HOST = AsciiString.cached("x-forwarded-host");
    /** {@code x-forwarded-port}. */
    public static final AsciiString X_FORWARDED_PORT = AsciiString.cached("x-forwarded-port");
    /** {@code x-forwarded-proto}. */
    public static final AsciiString X_FORWARDED_PROTO = AsciiString.cached("x-forwarded-proto");
    /** {@code x-gateway-caller}. */
    public static final AsciiString X_GATEWAY_CALLER = AsciiString.cached("x-gateway-caller");
    /** {@code x-real-ip}. */
    public static final AsciiString X_REAL_IP = AsciiString.cached("x-real-ip");
    /** {@code x-request-id}. */
    public static final AsciiString X_REQUEST_ID = AsciiString.cached("x-request-id");

    private CommonFields() {}
}
