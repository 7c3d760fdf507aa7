package app.rcommerce.gateway.config.handler;

import app.rcommerce.gateway.config.read.Form;
import app.rcommerce.gateway.config.read.Section;
import app.rcommerce.gateway.route.Handler;
import app.rcommerce.gateway.route.Location;
import app.rcommerce.gateway.route.PathPattern;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads {@code redirect = { to = "https://shop.example/{path}", status = 308 }}. */
public final class RedirectReader implements HandlerReader {

    private static final Form<Location> TO = Form.of(Location.EXPECTED, Location::parse);
    private static final Set<Integer> STATUSES = Set.of(301, 302, 303, 307, 308);

    @Override
    public String key() {
        return "redirect";
    }

    @Override
    public @Nullable Handler read(Section route, @Nullable PathPattern path) {
        Section redirect = route.table(key(), "{ to = \"https://shop.example/{path}\" }");
        Location to = redirect.required("to", TO);
        int status = redirect.integer("status", 308, 301, 308);
        if (!STATUSES.contains(status)) {
            redirect.problem("status", "301, 302, 303, 307 or 308");
        }
        String missing = to == null || path == null ? null : to.missing(path);
        if (missing != null) {
            redirect.problem("to", "{path}, or a name that the route's path has: it has no {" + missing + "}");
        }
        return to == null ? null : new Handler.Redirect(to, status);
    }
}
