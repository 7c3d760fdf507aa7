package app.rcommerce.gateway.server.admin;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** An admin port that runs for one test, and a client of it. */
abstract class AdminFixture {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    RunningAdmin admin;
    private HttpClient client;

    record Got(int status, HttpResponse<String> response, JsonNode json) {
        String message() {
            return json.at("/error/message").asString();
        }

        String code() {
            return json.at("/error/code").asString();
        }
    }

    @BeforeEach
    void start() {
        admin = new RunningAdmin(RunningAdmin.TOKEN);
        client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    }

    @AfterEach
    void stop() {
        client.shutdownNow();
        admin.close();
    }

    Got send(String method, String path, String content, String... fields) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(admin.url() + path))
                .method(method, HttpRequest.BodyPublishers.ofString(content))
                .header("Authorization", "Bearer " + RunningAdmin.TOKEN);
        if (!content.isEmpty()) {
            request.header("Content-Type", "application/json");
        }
        if (fields.length > 0) {
            request.headers(fields);
        }
        return send(request.build());
    }

    Got send(HttpRequest request) {
        try {
            HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
            boolean json =
                    response.headers().firstValue("content-type").orElse("").equals("application/json");
            JsonNode parsed =
                    json && !response.body().isEmpty() ? JSON.readTree(response.body()) : JSON.createObjectNode();
            return new Got(response.statusCode(), response, parsed);
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    Got get(String path) {
        return send("GET", path, "");
    }

    Got post(String path, String content) {
        return send("POST", path, content);
    }
}
