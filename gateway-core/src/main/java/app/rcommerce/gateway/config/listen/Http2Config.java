package app.rcommerce.gateway.config.listen;

import app.rcommerce.gateway.limit.Rate;

/**
 * The table {@code [server.http2]}.
 *
 * @param enabled whether HTTP/2 is spoken with clients at all
 * @param maxConcurrentStreams requests of one connection at once
 * @param streamWindow bytes of a request's content that a client may send before they have been taken
 * @param connectionWindow the same for all requests of a connection together
 * @param maxHeaderListSize the longest header section, in bytes, each field with 32 more (431 beyond)
 * @param misbehaviour how many frames of no use a connection may bring in which time before it is closed
 */
public record Http2Config(
        boolean enabled,
        int maxConcurrentStreams,
        int streamWindow,
        int connectionWindow,
        int maxHeaderListSize,
        Rate misbehaviour) {}
