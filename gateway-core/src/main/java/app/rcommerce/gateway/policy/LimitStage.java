package app.rcommerce.gateway.policy;

import app.rcommerce.gateway.limit.Limit;
import app.rcommerce.gateway.limit.LimitKey;
import app.rcommerce.gateway.limit.LimitKey.Part;
import app.rcommerce.gateway.limit.LimitKey.Plain;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The limits of a route that are counted at one point of a call for one kind of caller, one group for each thing that is
 * counted. Immutable; any thread.
 */
record LimitStage(List<LimitGroup> groups) {

    /** What is known of a caller where its limits are counted. */
    enum Known {
        /** It has presented nothing, so that it will stay anonymous. */
        ANONYMOUS(Plain.IP),
        /** It has presented something that nobody has looked at yet. */
        ADDRESS(null),
        /** It has a known API key. */
        API_KEY(Plain.API_KEY),
        /** It has a verified token. */
        TOKEN(Plain.SUBJECT);

        /** The part that its identity is; null while that is not known. */
        private final @Nullable Plain identity;

        Known(@Nullable Plain identity) {
            this.identity = identity;
        }

        /** The part as this caller has it; null where it has none. */
        private @Nullable Part resolve(Part part) {
            return switch (part) {
                case Plain plain -> switch (plain) {
                    case IP -> plain;
                    case IDENTITY -> identity;
                    case API_KEY -> this == API_KEY ? plain : null;
                    case SUBJECT -> this == TOKEN ? plain : null;
                };
                case LimitKey.Claim claim -> this == TOKEN ? claim : null;
                case LimitKey.Header header -> header;
                case LimitKey.PathParameter parameter -> parameter;
            };
        }

        /** Whether the limit is counted here, and not at another point as well. */
        private boolean counts(Limit limit) {
            boolean early = limit.appliesTo() == Limit.AppliesTo.ALL
                    && limit.when().claim() == null
                    && ADDRESS.parts(limit.key()) != null;
            return switch (this) {
                case ANONYMOUS -> limit.appliesTo() != Limit.AppliesTo.AUTHENTICATED && limit.when().claim() == null;
                case ADDRESS -> early;
                case API_KEY -> !early && limit.appliesTo() != Limit.AppliesTo.ANONYMOUS && limit.when().claim() == null;
                case TOKEN -> !early && limit.appliesTo() != Limit.AppliesTo.ANONYMOUS;
            };
        }

        private @Nullable List<Part> parts(LimitKey key) {
            List<Part> parts = new ArrayList<>(key.parts().size());
            for (Part part : key.parts()) {
                Part resolved = resolve(part);
                if (resolved == null) {
                    return null;
                }
                if (!parts.contains(resolved)) {
                    parts.add(resolved);
                }
            }
            return parts;
        }
    }

    LimitStage {
        groups = List.copyOf(groups);
    }

    /** Those of the limits that are counted where so much is known. */
    static LimitStage of(Known known, List<Limit> limits) {
        Map<List<Part>, List<Limit>> byParts = new LinkedHashMap<>();
        for (Limit limit : limits) {
            List<Part> parts = known.counts(limit) ? known.parts(limit.key()) : null;
            if (parts != null) {
                byParts.computeIfAbsent(parts, same -> new ArrayList<>()).add(limit);
            }
        }
        List<LimitGroup> groups = new ArrayList<>();
        byParts.forEach((parts, same) -> groups.add(new LimitGroup(parts, same)));
        return new LimitStage(groups);
    }
}
