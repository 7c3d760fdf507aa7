package app.rcommerce.gateway.check;

import app.rcommerce.gateway.config.CacheConfig;
import app.rcommerce.gateway.config.GatewayConfig;
import app.rcommerce.gateway.config.Written;
import app.rcommerce.gateway.route.Handler;
import app.rcommerce.gateway.route.IdempotencyRule;
import app.rcommerce.gateway.route.Route;
import java.util.List;

/** Warnings about sizes that are more than what the heap has for all content of their kind. */
final class MemoryWarnings {

    private final GatewayConfig config;
    private final Places places;
    private final long heapBytes;
    private final List<ConfigWarning> warnings;

    MemoryWarnings(GatewayConfig config, Places places, long heapBytes, List<ConfigWarning> warnings) {
        this.config = config;
        this.places = places;
        this.heapBytes = heapBytes;
        this.warnings = warnings;
    }

    void add() {
        CacheConfig cache = config.cache();
        add(cache.nearShare(heapBytes));
        if (cache.type() == CacheConfig.Type.MEMORY) {
            add(cache.memoryShare(heapBytes));
        }
        for (int i = 0; i < config.routes().size(); i++) {
            Route route = config.routes().get(i);
            if (route.handler() instanceof Handler.Enqueue enqueue) {
                add(i, enqueue.maxRequestBody(), Handler.Enqueue.HEAP_PARTS, "max_request_body");
            } else if (route.handler() instanceof Handler.Proxy proxy && proxy.idempotency() != null) {
                add(i, proxy.idempotency().maxRequest(), IdempotencyRule.HEAP_PARTS, "idempotency", "max_request");
            }
        }
    }

    /** A size that is not written is as much as the heap allows. */
    private void add(CacheConfig.HeapShare share) {
        if (share.isCut() && places.find("cache", share.key()) != null) {
            warnings.add(new ConfigWarning(
                    places.of("cache", share.key()),
                    "cache." + share.key(),
                    share.configured() + " bytes are more than this heap allows: " + share.bytes()
                            + " are taken (expected: less, or a larger GATEWAY_HEAP)"));
        }
    }

    private void add(int index, long bytes, int parts, String... keys) {
        long most = heapBytes / parts;
        if (bytes <= most) {
            return;
        }
        Object[] place = new Object[2 + keys.length];
        place[0] = "routes";
        place[1] = index;
        System.arraycopy(keys, 0, place, 2, keys.length);
        warnings.add(
                new ConfigWarning(
                        places.of(place),
                        Written.path("routes", config.routes().get(index).name()) + "." + String.join(".", keys),
                        bytes + " bytes, but this heap has room for " + most
                                + " of all such content together: larger requests get 503 (expected: less, or a larger GATEWAY_HEAP)"));
    }
}
