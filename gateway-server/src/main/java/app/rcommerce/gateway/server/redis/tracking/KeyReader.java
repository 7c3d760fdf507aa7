package app.rcommerce.gateway.server.redis.tracking;

import app.rcommerce.gateway.store.Tracking;
import java.util.function.BiConsumer;

/** The reading of changed keys: what each of them stands for. */
@FunctionalInterface
public interface KeyReader {

    /** Hands over everything that the key stands for, by kind and name. */
    void read(String key, BiConsumer<Tracking.Kind, String> found);
}
