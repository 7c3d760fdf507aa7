package app.rcommerce.gateway.server.token;

import app.rcommerce.gateway.time.Clock;
import app.rcommerce.gateway.token.KeySet;
import app.rcommerce.gateway.token.KeySource;
import java.io.Closeable;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The key source of a JWK set that an issuer publishes. The set is fetched at the start, again when its cache lifetime
 * ends, and when a token names an unknown key. The last happens at most once in 30 s, so that made-up key ids cannot
 * make the gateway call the issuer all the time. There is never more than one fetch under way. A fetch that fails
 * leaves the keys as they are and is retried after growing delays. Safe for any thread.
 */
public final class JwksSource implements KeySource, Closeable {

    /** How often a token with an unknown key may cause a fetch. */
    public static final Duration BETWEEN_DEMANDS = Duration.ofSeconds(30);

    static final Duration SHORTEST_BACK_OFF = Duration.ofSeconds(1);
    static final Duration LONGEST_BACK_OFF = Duration.ofMinutes(5);

    private static final int LONGEST_REASON = 300;
    /** What has a terminal do something else than show it. */
    private static final Pattern UNPRINTABLE = Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]");

    private static final Logger LOG = LoggerFactory.getLogger(JwksSource.class);

    /**
     * The origin of the keys.
     *
     * @param name what logs call it: the address without anything that could be a secret
     * @param fetch fetches the set once
     * @param release called at the close
     */
    record Origin(String name, Supplier<CompletableFuture<FetchedKeys>> fetch, Runnable release) {}

    private final Origin origin;
    private final Timer timer;
    private final Clock clock;
    private volatile KeySet current;
    private @Nullable CompletableFuture<KeySet> underWay;
    private boolean demanded;
    private long demandedNanos;
    private int failures;
    private boolean closed;

    JwksSource(Origin origin, Timer timer, Clock clock) {
        this.origin = origin;
        this.timer = timer;
        this.clock = clock;
        this.current = KeySet.EMPTY;
    }

    /** Begins to fetch; called once. */
    void start() {
        fetch();
    }

    @Override
    public KeySet current() {
        return current;
    }

    @Override
    public CompletionStage<KeySet> refresh() {
        synchronized (this) {
            if (underWay != null) {
                return underWay;
            }
            long now = clock.nanos();
            boolean spent = demanded && now - demandedNanos < BETWEEN_DEMANDS.toNanos();
            if (closed || spent) {
                return CompletableFuture.completedStage(current);
            }
            demanded = true;
            demandedNanos = now;
        }
        return fetch();
    }

    private CompletionStage<KeySet> fetch() {
        CompletableFuture<KeySet> promise;
        synchronized (this) {
            if (underWay != null) {
                return underWay;
            }
            if (closed) {
                return CompletableFuture.completedStage(current);
            }
            promise = new CompletableFuture<>();
            underWay = promise;
        }
        CompletableFuture<FetchedKeys> fetched;
        try {
            fetched = origin.fetch().get();
        } catch (Throwable e) {
            // Errors too, such as that of a thread that cannot be started: otherwise this fetch would never end.
            fetched = CompletableFuture.failedFuture(e);
        }
        fetched.whenComplete((set, failure) -> ended(promise, set, failure));
        return promise;
    }

    private void ended(CompletableFuture<KeySet> promise, @Nullable FetchedKeys set, @Nullable Throwable failure) {
        synchronized (this) {
            underWay = null;
            if (!closed) {
                timer.set(set != null ? fetched(set) : failed(failure), this::fetch);
            }
        }
        promise.complete(current);
    }

    /** Takes the keys over; returns the delay to the next fetch. */
    private Duration fetched(FetchedKeys set) {
        KeySet before = current;
        current = set.keys();
        if (failures > 0) {
            LOG.info("{}: fetched again", origin.name());
        }
        failures = 0;
        if (before.size() != current.size() || before.skipped() != current.skipped()) {
            LOG.info("{}: {} keys, {} skipped", origin.name(), current.size(), current.skipped());
        }
        return set.life();
    }

    /** Returns the delay to the next attempt. */
    private Duration failed(@Nullable Throwable failure) {
        if (failures == 0) {
            LOG.warn("{}: cannot be fetched, the keys at hand stay: {}", origin.name(), reason(failure));
        }
        Duration pause = SHORTEST_BACK_OFF.multipliedBy(1L << Math.min(failures, 20));
        failures++;
        return pause.compareTo(LONGEST_BACK_OFF) > 0 ? LONGEST_BACK_OFF : pause;
    }

    /** What went wrong in a few words, which may be the issuer's own: they are cut, and put on one line. */
    static String reason(@Nullable Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        return switch (cause) {
            case null -> "no answer";
            case TimeoutException ignored -> "no answer within " + JwksFetch.TIMEOUT.toSeconds() + " s";
            case CancellationException ignored -> "cancelled";
            default -> cause.getClass().getSimpleName() + ": " + plain(String.valueOf(cause.getMessage()));
        };
    }

    private static String plain(String text) {
        String cut = text.length() > LONGEST_REASON ? text.substring(0, LONGEST_REASON) + "…" : text;
        return UNPRINTABLE.matcher(cut).replaceAll("?");
    }

    /** Stops fetching. Does not block; the keys at hand stay. */
    @Override
    public void close() {
        synchronized (this) {
            closed = true;
        }
        timer.close();
        origin.release().run();
    }
}
