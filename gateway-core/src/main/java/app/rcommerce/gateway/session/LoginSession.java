package app.rcommerce.gateway.session;

import app.rcommerce.gateway.identity.Identifier;
import app.rcommerce.gateway.identity.Scopes;

/**
 * A login session as the platform has recorded it. Immutable.
 *
 * @param digest what stands for its id, and what it can be revoked under
 * @param user whose it is: {@code user:{id}}
 * @param scopes what it permits
 * @param createdMillis when the user has signed in, in milliseconds since the epoch; 0 where the record does not say
 * @param endsMillis when it ends whatever happens, likewise; {@link #NO_END} where the record does not say
 */
public record LoginSession(String digest, Identifier user, Scopes scopes, long createdMillis, long endsMillis) {

    /** The end of a session whose record names none. */
    public static final long NO_END = Long.MAX_VALUE;
}
