package app.rcommerce.gateway.server.proxy;

import app.rcommerce.gateway.cache.Freshness;
import app.rcommerce.gateway.http.FieldClasses;

/** The reasons why a reply on a route that caches is not stored, as logs and metrics name them. */
final class NotStored {

    /** It is stored, as far as is known. */
    static final String NO = "";

    /** It has more content than the route lets be stored, or than ever has room on the way into the store. */
    static final String TOO_LARGE = "too_large";

    /** So many replies are on their way into the store that this one has no room. */
    static final String NO_MEMORY = "no_memory";

    /** Another reply for the same key is on its way, which is not for this request. */
    static final String IN_FLIGHT = "in_flight";

    /** What {@code Cache-Status} says where nobody knows whether the store will take the reply. */
    static final String STORE_AWAY = "store-unavailable";

    private NotStored() {}

    /** The reason for which such a reply is not stored; {@link #NO} where it may be. */
    static String of(Freshness freshness, boolean tooLarge) {
        return switch (freshness) {
            case Freshness.NotStorable(Freshness.Reason reason) -> reason.label();
            case Freshness.Storable storable
            when storable.vary().stream().anyMatch(NotStored::isOursToSay) -> Freshness.Reason.VARY.label();
            case Freshness.Storable ignored -> tooLarge ? TOO_LARGE : NO;
        };
    }

    /** The reason as the parameter {@code detail} of {@code Cache-Status} (RFC 9211 §2.8): {@code set-cookie}. */
    static String detail(String reason) {
        return reason.replace('_', '-');
    }

    /**
     * Whether the gateway sets or removes this field, so that the client's value says nothing of what the upstream saw.
     */
    private static boolean isOursToSay(String name) {
        return FieldClasses.isSetByUs(name) || FieldClasses.isClaim(name) || FieldClasses.isDropped(name);
    }
}
