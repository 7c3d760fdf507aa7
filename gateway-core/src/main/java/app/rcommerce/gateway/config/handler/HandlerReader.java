package app.rcommerce.gateway.config.handler;

import app.rcommerce.gateway.config.read.Section;
import app.rcommerce.gateway.route.Handler;
import app.rcommerce.gateway.route.PathPattern;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A reader of one kind of handler from the table of a route. */
public interface HandlerReader {

    /** The key by which a route names this kind. */
    String key();

    /** Other keys of a route that only this kind has. */
    default List<String> otherKeys() {
        return List.of();
    }

    /** Whether requests go to an origin, whose response can say what a request has cost. */
    default boolean asksAnOrigin() {
        return false;
    }

    /**
     * Reads the handler; null after reporting what is wrong with it.
     *
     * @param route the route's table
     * @param path the route's path; null where it is wrong
     */
    @Nullable
    Handler read(Section route, @Nullable PathPattern path);
}
