package app.rcommerce.gateway.server.token;

import app.rcommerce.gateway.token.KeySet;
import app.rcommerce.gateway.token.KeySource;
import java.util.concurrent.CompletionStage;

/**
 * The keys of a configuration joined with those that its issuer publishes. A later configuration that names the same
 * URL takes the source over, with all that was fetched. Safe for any thread.
 */
final class JoinedKeys implements KeySource {

    /**
     * The set joined last. The same fetched keys give the same set, since verification results are cached by the
     * identity of the set.
     */
    private record Joined(KeySet fetched, KeySet all) {}

    private final KeySet configured;
    private final String url;
    private final JwksSource issuer;
    private volatile Joined joined;

    JoinedKeys(KeySet configured, String url, JwksSource issuer) {
        this.configured = configured;
        this.url = url;
        this.issuer = issuer;
        KeySet fetched = issuer.current();
        this.joined = new Joined(fetched, configured.and(fetched));
    }

    String url() {
        return url;
    }

    JwksSource issuer() {
        return issuer;
    }

    @Override
    public KeySet current() {
        KeySet fetched = issuer.current();
        Joined now = joined;
        if (now.fetched() != fetched) {
            now = new Joined(fetched, configured.and(fetched));
            joined = now;
        }
        return now.all();
    }

    @Override
    public CompletionStage<KeySet> refresh() {
        return issuer.refresh().thenApply(fetched -> current());
    }
}
