package app.rcommerce.gateway.policy.access;

import app.rcommerce.gateway.http.Headers;
import app.rcommerce.gateway.http.Request;
import app.rcommerce.gateway.http.Target;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** The request of a caller that shows a new token on a connection that is open: it has no fields. Immutable. */
record Renewal() implements Request {

    private static final Target TARGET = new Target("/", null);
    private static final Headers NONE = new Headers() {
        @Override
        public @Nullable String get(String name) {
            return null;
        }

        @Override
        public List<String> all(String name) {
            return List.of();
        }

        @Override
        public void forEach(BiConsumer<String, String> each) {
            // There are none.
        }
    };

    @Override
    public String method() {
        return "GET";
    }

    @Override
    public Target target() {
        return TARGET;
    }

    @Override
    public String host() {
        return "";
    }

    @Override
    public String authority() {
        return "";
    }

    @Override
    public Headers headers() {
        return NONE;
    }
}
