package app.rcommerce.gateway.policy.limit;

import app.rcommerce.gateway.limit.Limit;
import app.rcommerce.gateway.limit.LimitKey;
import app.rcommerce.gateway.limit.LimitKey.Component;
import app.rcommerce.gateway.limit.LimitKey.Plain;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The limits of a route that are counted at one stage of a call for one kind of caller, in one group for each list of
 * components. Immutable; any thread.
 */
record LimitStage(List<LimitGroup> groups) {

    /** The kind of a caller, by how much is known of it at the stage. */
    enum CallerKind {
        /** The caller has presented no credential, so that it stays anonymous. */
        ANONYMOUS(Plain.IP, null),
        /** The caller has presented a credential that is not verified yet. */
        ADDRESS(null, null),
        /** The caller has a known API key. */
        API_KEY(Plain.API_KEY, null),
        /** The caller has a verified token. */
        TOKEN(Plain.SUBJECT, null),
        /** The caller has both; limits by identity count either. */
        KEY_AND_TOKEN(Plain.API_KEY, Plain.SUBJECT);

        /** The component that the caller's identity is; null while that is not known. */
        private final @Nullable Plain identity;
        /** The component that the caller's second identity is; null where it has only one. */
        private final @Nullable Plain second;

        CallerKind(@Nullable Plain identity, @Nullable Plain second) {
            this.identity = identity;
            this.second = second;
        }

        private boolean has(Plain plain) {
            return plain == identity || plain == second;
        }

        /**
         * The component for such a caller, where {@link Plain#IDENTITY} is replaced with this kind of identity; null
         * where the caller lacks it.
         */
        private @Nullable Component resolve(Component component, @Nullable Plain as) {
            return switch (component) {
                case Plain plain ->
                    switch (plain) {
                        case IP, CERTIFICATE -> plain;
                        case IDENTITY -> as;
                        case API_KEY, SUBJECT -> has(plain) ? plain : null;
                    };
                case LimitKey.Claim claim -> has(Plain.SUBJECT) ? claim : null;
                case LimitKey.Header header -> header;
                case LimitKey.PathParameter parameter -> parameter;
            };
        }

        /** Whether the limit is counted at this stage, so that each limit is counted at one stage only. */
        private boolean counts(Limit limit) {
            boolean early = limit.appliesTo() == Limit.AppliesTo.ALL
                    && limit.when().claim() == null
                    && ADDRESS.components(limit.key(), null) != null;
            return switch (this) {
                case ANONYMOUS ->
                    limit.appliesTo() != Limit.AppliesTo.AUTHENTICATED
                            && limit.when().claim() == null;
                case ADDRESS -> early;
                case API_KEY ->
                    !early
                            && limit.appliesTo() != Limit.AppliesTo.ANONYMOUS
                            && limit.when().claim() == null;
                case TOKEN, KEY_AND_TOKEN -> !early && limit.appliesTo() != Limit.AppliesTo.ANONYMOUS;
            };
        }

        /** The lists of components that the key counts by: one for each of the caller's identities that it counts. */
        private Set<List<Component>> counted(LimitKey key) {
            Set<List<Component>> counted = new LinkedHashSet<>();
            List<Component> first = components(key, identity);
            if (first != null) {
                counted.add(first);
            }
            List<Component> other = second == null ? null : components(key, second);
            if (other != null) {
                counted.add(other);
            }
            return counted;
        }

        private @Nullable List<Component> components(LimitKey key, @Nullable Plain as) {
            List<Component> components = new ArrayList<>(key.components().size());
            for (Component component : key.components()) {
                Component resolved = resolve(component, as);
                if (resolved == null) {
                    return null;
                }
                if (!components.contains(resolved)) {
                    components.add(resolved);
                }
            }
            return components;
        }
    }

    LimitStage {
        groups = List.copyOf(groups);
    }

    /** The stage with those of the limits that are counted for this kind of caller. */
    static LimitStage of(CallerKind kind, List<Limit> limits) {
        Map<List<Component>, List<Limit>> byComponents = new LinkedHashMap<>();
        for (Limit limit : limits) {
            if (kind.counts(limit)) {
                kind.counted(limit.key())
                        .forEach(components -> byComponents
                                .computeIfAbsent(components, same -> new ArrayList<>())
                                .add(limit));
            }
        }
        List<LimitGroup> groups = new ArrayList<>();
        byComponents.forEach((components, same) -> groups.add(new LimitGroup(components, same)));
        return new LimitStage(groups);
    }
}
