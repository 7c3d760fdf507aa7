package app.rcommerce.gateway.server.testing;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A Chromium without a window, driven by its DevTools protocol. */
public final class Browser implements AutoCloseable {

    private static final JsonMapper JSON = new JsonMapper();

    private final HttpClient client = HttpClient.newHttpClient();
    private final Process process;
    private final String devTools;

    /** One page. */
    public final class Tab implements AutoCloseable {
        private final WebSocket socket;
        private final BlockingQueue<String> answers = new LinkedBlockingQueue<>();
        private int asked;

        private Tab(URI page) {
            StringBuilder part = new StringBuilder();
            socket = client.newWebSocketBuilder()
                    .buildAsync(page, new WebSocket.Listener() {
                        @Override
                        public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
                            part.append(data);
                            if (last) {
                                answers.add(part.toString());
                                part.setLength(0);
                            }
                            from.request(1);
                            return null;
                        }
                    })
                    .join();
        }

        /** What an expression has as its value, in the page. */
        public String value(String expression) throws Exception {
            asked++;
            socket.sendText(
                            JSON.createObjectNode()
                                    .put("id", asked)
                                    .put("method", "Runtime.evaluate")
                                    .set(
                                            "params",
                                            JSON.createObjectNode()
                                                    .put("expression", expression)
                                                    .put("returnByValue", true))
                                    .toString(),
                            true)
                    .join();
            while (true) {
                String answer = answers.poll(10, TimeUnit.SECONDS);
                if (answer == null) {
                    throw new IOException("the browser does not answer");
                }
                JsonNode read = JSON.readTree(answer);
                if (read.path("id").asInt() == asked) {
                    return read.at("/result/result/value").asString();
                }
            }
        }

        /** The text of an element. */
        public String text(String id) throws Exception {
            return value("document.getElementById('" + id + "').innerText");
        }

        /** Presses a button. */
        public void click(String id) throws Exception {
            value("document.getElementById('" + id + "').click()");
        }

        @Override
        public void close() {
            socket.abort();
        }
    }

    private Browser(String executable, Path folder) throws IOException {
        Path profile = folder.resolve("profile");
        process = new ProcessBuilder(List.of(
                        executable,
                        "--headless",
                        "--no-sandbox",
                        "--disable-gpu",
                        "--disable-dev-shm-usage",
                        "--no-proxy-server",
                        "--remote-debugging-port=0",
                        "--remote-allow-origins=*",
                        "--user-data-dir=" + profile,
                        "about:blank"))
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("browser.log").toFile())
                .start();
        Path port = profile.resolve("DevToolsActivePort");
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .until(() -> Files.exists(port) && !Files.readAllLines(port).isEmpty());
        devTools = "http://127.0.0.1:" + Files.readAllLines(port).getFirst();
    }

    /** The one on the PATH; empty where there is none. */
    public static Optional<String> executable() {
        return Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .flatMap(path -> Stream.of("chromium", "chromium-browser", "google-chrome")
                        .map(name -> path + File.separator + name))
                .filter(file -> new File(file).canExecute())
                .findFirst();
    }

    /** Starts it, with its files in a folder. */
    public static Browser start(String executable, Path folder) throws IOException {
        return new Browser(executable, folder);
    }

    /** Opens a page in a tab of its own. */
    public Tab open(String url) throws Exception {
        HttpResponse<String> made = client.send(
                HttpRequest.newBuilder(URI.create(devTools + "/json/new?" + url))
                        .PUT(HttpRequest.BodyPublishers.noBody())
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        return new Tab(URI.create(
                JSON.readTree(made.body()).path("webSocketDebuggerUrl").asString()));
    }

    @Override
    public void close() throws Exception {
        client.shutdownNow();
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly().waitFor();
    }
}
