package app.rcommerce.gateway.server.token;

import app.rcommerce.gateway.http.Field;
import app.rcommerce.gateway.http.FieldList;
import app.rcommerce.gateway.time.Clock;
import app.rcommerce.gateway.token.KeySet;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * The fetch of a JWK set (RFC 7517) over HTTP, without blocking the caller. It is bounded in time and size, since the
 * server is not ours: 5 s from the first step to the last byte, and 1 MiB. Redirects are followed, though never from
 * https to http nor to other schemes. Safe for any thread.
 */
final class JwksFetch implements AutoCloseable {

    static final Duration TIMEOUT = Duration.ofSeconds(5);
    static final long MOST_BYTES = 1 << 20;

    private final URI url;
    private final Duration timeout;
    private final Clock clock;
    private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
    private final HttpClient client;

    JwksFetch(URI url, Duration timeout, Clock clock) {
        this.url = url;
        this.timeout = timeout;
        this.clock = clock;
        this.client = HttpClient.newBuilder()
                // Otherwise an upgrade to h2c is offered (RFC 7540 §3.2, ended by RFC 9113), which some servers refuse.
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(timeout)
                .followRedirects(HttpClient.Redirect.NORMAL)
                .executor(executor)
                .build();
    }

    /** Fetches the set once; the stage fails with an {@link IOException} or a {@code TimeoutException}. */
    CompletableFuture<FetchedKeys> fetch() {
        HttpRequest request = HttpRequest.newBuilder(url)
                .header("Accept", "application/jwk-set+json, application/json")
                .build();
        CompletableFuture<HttpResponse<byte[]>> sent = client.sendAsync(
                request, HttpResponse.BodyHandlers.limiting(HttpResponse.BodyHandlers.ofByteArray(), MOST_BYTES));
        // The time-out of a request ends with its head; this one covers the content too, and ends the exchange.
        return sent.copy()
                .orTimeout(timeout.toMillis(), TimeUnit.MILLISECONDS)
                .whenComplete((response, failure) -> {
                    if (failure != null) {
                        sent.cancel(true);
                    }
                })
                .thenApply(this::read);
    }

    private FetchedKeys read(HttpResponse<byte[]> response) {
        if (response.statusCode() != 200) {
            throw new CompletionException(new IOException("status " + response.statusCode() + " (expected: 200)"));
        }
        KeySet keys;
        try {
            keys = KeySet.ofJwks(new String(response.body(), StandardCharsets.UTF_8));
        } catch (IllegalArgumentException e) {
            throw new CompletionException(new IOException(e.getMessage(), e));
        }
        List<Field> fields = new ArrayList<>();
        response.headers().map().forEach((name, values) -> values.forEach(value -> fields.add(new Field(name, value))));
        return new FetchedKeys(keys, FetchedKeys.life(new FieldList(fields), clock.millis()));
    }

    @Override
    public void close() {
        client.shutdownNow();
        executor.shutdownNow();
    }
}
