package app.rcommerce.gateway.config.handler;

import app.rcommerce.gateway.config.CacheConfig;
import app.rcommerce.gateway.config.ServerConfig;
import app.rcommerce.gateway.config.read.Form;
import app.rcommerce.gateway.config.read.Section;
import app.rcommerce.gateway.route.Handler;
import app.rcommerce.gateway.route.Handler.CacheRule;
import app.rcommerce.gateway.route.IdempotencyRule;
import app.rcommerce.gateway.route.PathPattern;
import app.rcommerce.gateway.route.WebSocketRule;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads {@code upstream = "NAME"} and what belongs to forwarding: {@code cache}, {@code max_request_body},
 * {@code max_request_time}, {@code websocket}, {@code idempotency} and {@code strip_credentials}, of which the last one
 * is read with {@code auth}.
 */
public final class ProxyReader implements HandlerReader {

    private final Form<String> upstream;
    private final Duration ttl;
    private final long maxEntryBytes;

    /**
     * A reader of routes to these upstreams.
     *
     * @param ttl of cached replies where a route names none
     * @param maxEntryBytes of cached replies where a route names none
     */
    public ProxyReader(Collection<String> upstreams, Duration ttl, long maxEntryBytes) {
        this.upstream = Form.anyOf(upstreams);
        this.ttl = ttl;
        this.maxEntryBytes = maxEntryBytes;
    }

    @Override
    public String key() {
        return "upstream";
    }

    @Override
    public boolean asksAnOrigin() {
        return true;
    }

    @Override
    public List<String> otherKeys() {
        return List.of(
                "cache", "max_request_body", "max_request_time", "websocket", "idempotency", "strip_credentials");
    }

    @Override
    public @Nullable Handler read(Section route, @Nullable PathPattern path) {
        String name = route.text(key(), upstream);
        CacheRule cache = cache(route);
        Long maxRequestBody = route.has("max_request_body")
                ? Long.valueOf(route.size("max_request_body", 0, 0, ServerConfig.MAX_BODY))
                : null;
        Duration maxRequestTime = route.has("max_request_time")
                ? route.duration("max_request_time", Duration.ZERO, Duration.ZERO, Duration.ofDays(1))
                : null;
        WebSocketRule webSocket = WebSocketReader.read(route);
        IdempotencyRule idempotency = IdempotencyReader.read(route, maxRequestTime);
        return name == null
                ? null
                : new Handler.Proxy(name, cache, maxRequestBody, maxRequestTime, webSocket, idempotency);
    }

    private @Nullable CacheRule cache(Section route) {
        Section cache = route.table("cache", "{ ttl = \"5m\" }");
        CacheRule rule = new CacheRule(
                cache.duration("ttl", ttl, Duration.ofSeconds(1), Duration.ofDays(366)),
                cache.flag("shared", false),
                cache.size("max_entry_size", maxEntryBytes, 0, CacheConfig.MAX_ENTRY));
        return cache.isPresent() ? rule : null;
    }
}
