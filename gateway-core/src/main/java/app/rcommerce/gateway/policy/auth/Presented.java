package app.rcommerce.gateway.policy.auth;

import app.rcommerce.gateway.http.Request;
import app.rcommerce.gateway.identity.BrowserCredential;
import app.rcommerce.gateway.identity.Credential;
import app.rcommerce.gateway.identity.SessionCarrier;
import app.rcommerce.gateway.identity.SessionId;
import app.rcommerce.gateway.route.Handler;
import app.rcommerce.gateway.route.Route;
import app.rcommerce.gateway.store.near.NearSessions;
import org.jspecify.annotations.Nullable;

/**
 * What requests present, before any of it is verified. Safe for any thread.
 *
 * @param cookie the name of the cookie in which browsers send tokens to routes with topics; null for none
 * @param carrier where the ids of login sessions are; null where none is accepted
 * @param near the sessions that are known
 */
public record Presented(@Nullable String cookie, @Nullable SessionCarrier carrier, NearSessions near) {

    /** What a request presents; a session counts where nothing else is presented, since browsers send it unasked. */
    public Credential of(Request request, Route route) {
        Handler.Events events = route.handler().events();
        Credential credential = events == null
                ? Credential.of(request.headers())
                : BrowserCredential.of(request, cookie, events.connections().origins());
        if (carrier == null
                || !(credential instanceof Credential.None)
                || !route.auth().accepted().contains(Route.CredentialKind.SESSION)) {
            return credential;
        }
        SessionId id = carrier.find(request.headers());
        return id == null ? credential : new Credential.Session(id, carrier);
    }

    /** Whoever presents the id of no known session counts as anonymous: else any id would be a way around the limit. */
    public boolean isAnonymous(Credential credential) {
        return credential instanceof Credential.None
                || (credential instanceof Credential.Session session && near.known(session.id()) == null);
    }
}
