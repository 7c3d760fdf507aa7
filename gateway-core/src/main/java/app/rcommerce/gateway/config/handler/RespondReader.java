package app.rcommerce.gateway.config.handler;

import app.rcommerce.gateway.config.read.Form;
import app.rcommerce.gateway.config.read.Section;
import app.rcommerce.gateway.http.Field;
import app.rcommerce.gateway.http.Reply;
import app.rcommerce.gateway.route.Handler;
import app.rcommerce.gateway.route.PathPattern;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads {@code respond = { status = 410, body = "…", content_type = "…" }}. */
public final class RespondReader implements HandlerReader {

    /**
     * Statuses whose responses must have a field that cannot be configured here (RFC 9110 §15.5.2, §15.5.6, §15.5.22).
     */
    private static final Set<Integer> NEEDS_FIELD = Set.of(401, 405, 407, 426);

    private static final String PLAIN = "text/plain; charset=utf-8";
    private static final Form<String> BODY = Form.of("a text", text -> text);
    private static final Form<String> MEDIA_TYPE = Form.of(
            "a media type, such as \"application/json\"",
            text -> text.matches("[A-Za-z0-9!#$&^_.+-]+/[A-Za-z0-9!#$&^_.+-]+( *;[ -~]*)?") ? text : null);

    @Override
    public String key() {
        return "respond";
    }

    @Override
    public @Nullable Handler read(Section route, @Nullable PathPattern path) {
        Section respond = route.table(key(), "{ status = 410 }");
        int status = respond.integer("status", 200, 200, 599);
        if (NEEDS_FIELD.contains(status) || status / 100 == 3) {
            respond.problem("status", "a status that needs no field of its own, or redirect instead of respond");
        }
        String body = respond.text("body", BODY, "");
        String contentType = respond.text("content_type", MEDIA_TYPE, PLAIN);
        boolean silent = status == 204 || status == 205;
        if (silent && !body.isEmpty()) {
            respond.problem("body", "none, since an answer with status " + status + " has no content");
        }
        List<Field> fields = body.isEmpty() ? List.of() : List.of(new Field("content-type", contentType));
        return new Handler.Respond(new Reply(status, fields, body.getBytes(StandardCharsets.UTF_8)));
    }
}
