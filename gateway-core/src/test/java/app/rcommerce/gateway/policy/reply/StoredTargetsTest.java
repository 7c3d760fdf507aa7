package app.rcommerce.gateway.policy.reply;

import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.http.FieldList;
import app.rcommerce.gateway.http.Headers;
import app.rcommerce.gateway.http.Request;
import app.rcommerce.gateway.http.Target;
import app.rcommerce.gateway.policy.Call;
import app.rcommerce.gateway.route.Handler;
import app.rcommerce.gateway.route.PathPattern;
import app.rcommerce.gateway.route.Route;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;

class StoredTargetsTest {

    private static final Target TARGET = new Target("/a", null);

    private record TestRequest(String scheme, String authority) implements Request {
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
            return authority;
        }

        @Override
        public Headers headers() {
            return FieldList.of();
        }
    }

    private static Object key(String scheme, String authority) {
        Route route = new Route(
                "r",
                List.of(),
                Objects.requireNonNull(PathPattern.parse("/**")),
                Set.of(),
                new Handler.Proxy("u", null, null),
                Route.Auth.NONE,
                List.of(),
                List.of(),
                Route.Cost.ONE);
        return StoredTargets.key(route, new Call(new TestRequest(scheme, authority), "id", new byte[4]), TARGET);
    }

    @Test
    void schemeAndAuthoritySelectTheReply() {
        assertThat(key("http", "shop.test")).isEqualTo(key("http", "SHOP.test"));
        assertThat(key("http", "shop.test")).isNotEqualTo(key("https", "shop.test"));
        assertThat(key("http", "shop.test")).isNotEqualTo(key("http", "shop.test:81"));
    }
}
