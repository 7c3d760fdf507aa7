package app.rcommerce.gateway.server.redis.tracking;

import app.rcommerce.gateway.store.Tracking;
import java.util.function.BiConsumer;

/** Reads what a key stands for whose change Redis has told. */
@FunctionalInterface
public interface KeyReader {

    /** Hands over everything that the key stands for, by kind and name. */
    void read(String key, BiConsumer<Tracking.Kind, String> found);
}
