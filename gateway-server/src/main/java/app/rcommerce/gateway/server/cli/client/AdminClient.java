package app.rcommerce.gateway.server.cli.client;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * A client of a running gateway's admin port. It connects directly, never by way of an HTTP proxy, since it sends
 * secrets. Every call blocks; every failure is a {@link CommandFailed}. For one thread.
 */
public final class AdminClient implements AutoCloseable {

    private static final Duration CONNECT_WITHIN = Duration.ofSeconds(3);
    private static final Duration ANSWER_WITHIN = Duration.ofSeconds(30);
    private static final long MOST_BYTES = 64L << 20;
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final URI admin;
    private final @Nullable String token;
    private final HttpClient client = HttpClient.newBuilder()
            .connectTimeout(CONNECT_WITHIN)
            .version(HttpClient.Version.HTTP_1_1)
            .proxy(HttpClient.Builder.NO_PROXY)
            .build();

    /** A client of the admin port at that address, such as {@code http://127.0.0.1:9901}. */
    AdminClient(URI admin, @Nullable String token) {
        this.admin = admin;
        this.token = token;
    }

    /** An empty JSON object for the content of a request. */
    public static ObjectNode content() {
        return JSON.createObjectNode();
    }

    /** What the gateway answers to a GET of the path beneath {@code /admin/v1/}, which may have a query. */
    public JsonNode get(String path) {
        return send("GET", path, (ObjectNode) null);
    }

    /** What the gateway answers to a POST of the content to the path beneath {@code /admin/v1/}. */
    public JsonNode post(String path, ObjectNode content) {
        return send("POST", path, content);
    }

    /** What the gateway answers to a POST of this JSON, which is sent as it is. */
    public JsonNode postAsIs(String path, String json) {
        return send("POST", path, json.getBytes(StandardCharsets.UTF_8));
    }

    /** What the gateway answers to a DELETE of the path beneath {@code /admin/v1/}, which may have a query. */
    public JsonNode delete(String path) {
        return send("DELETE", path, (ObjectNode) null);
    }

    /** What the gateway answers to a DELETE of the path beneath {@code /admin/v1/} that has a content. */
    public JsonNode delete(String path, ObjectNode content) {
        return send("DELETE", path, content);
    }

    /** The percent-encoded form of a value in a query. */
    public static String encoded(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8);
    }

    private JsonNode send(String method, String path, @Nullable ObjectNode content) {
        return send(method, path, content == null ? null : JSON.writeValueAsBytes(content));
    }

    private JsonNode send(String method, String path, byte @Nullable [] content) {
        String base = admin.toString().replaceAll("/+$", "");
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(base + "/admin/v1/" + path))
                .timeout(ANSWER_WITHIN)
                .header("Accept", "application/json");
        if (content == null) {
            request.method(method, HttpRequest.BodyPublishers.noBody());
        } else {
            request.header("Content-Type", "application/json")
                    .method(method, HttpRequest.BodyPublishers.ofByteArray(content));
        }
        if (token != null) {
            request.header("Authorization", "Bearer " + token);
        }
        return read(answer(request.build()));
    }

    private HttpResponse<byte[]> answer(HttpRequest request) {
        try {
            return client.send(
                    request, HttpResponse.BodyHandlers.limiting(HttpResponse.BodyHandlers.ofByteArray(), MOST_BYTES));
        } catch (ConnectException e) {
            throw new CommandFailed(
                    "cannot connect to " + admin + ": is a gateway running there? (--admin, GATEWAY_ADMIN)");
        } catch (HttpTimeoutException e) {
            throw new CommandFailed(admin + " did not answer in time");
        } catch (IOException e) {
            throw new CommandFailed("cannot speak to " + admin + ": " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandFailed("interrupted");
        }
    }

    private JsonNode read(HttpResponse<byte[]> response) {
        JsonNode answer;
        try {
            answer = JSON.readTree(response.body());
        } catch (JacksonException e) {
            throw foreign(response);
        }
        if (response.statusCode() / 100 == 2 && answer.isObject()) {
            return answer;
        }
        JsonNode message = answer.at("/error/message");
        if (!message.isString()) {
            throw foreign(response);
        }
        StringBuilder text = new StringBuilder(message.stringValue());
        if (response.statusCode() == 401) {
            text.append(" (--token, GATEWAY_ADMIN_TOKEN)");
        }
        answer.at("/error/details")
                .forEach(detail -> text.append(System.lineSeparator()).append(detail.asString()));
        throw new CommandFailed(text.toString());
    }

    private CommandFailed foreign(HttpResponse<byte[]> response) {
        return new CommandFailed(
                admin + " is no admin port of a gateway: it answered with status " + response.statusCode());
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
