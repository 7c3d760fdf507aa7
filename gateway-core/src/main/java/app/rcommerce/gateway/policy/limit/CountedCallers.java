package app.rcommerce.gateway.policy.limit;

import app.rcommerce.gateway.limit.Limit;
import java.util.List;

/** The kinds of callers by which of them a limit counts, for checks of a configuration. */
public enum CountedCallers {
    /** Callers that present no credential, or whose credential the route does not look at. */
    ANONYMOUS("without a credential", LimitStage.CallerKind.ANONYMOUS),
    /** Callers with an API key. */
    API_KEY("with an API key", LimitStage.CallerKind.API_KEY),
    /** Callers with a token. */
    TOKEN("with a token", LimitStage.CallerKind.TOKEN),
    /** Callers with both. */
    KEY_AND_TOKEN("with an API key and a token", LimitStage.CallerKind.KEY_AND_TOKEN);

    private final String words;
    private final LimitStage.CallerKind stage;

    CountedCallers(String words, LimitStage.CallerKind stage) {
        this.words = words;
        this.stage = stage;
    }

    /** Whether the limit counts such callers, as far as their credentials decide that. */
    public boolean isCountedBy(Limit limit) {
        return isCounted(stage, limit) || (this != ANONYMOUS && isCounted(LimitStage.CallerKind.ADDRESS, limit));
    }

    private static boolean isCounted(LimitStage.CallerKind kind, Limit limit) {
        return !LimitStage.of(kind, List.of(limit)).groups().isEmpty();
    }

    /** The words for operators, behind "callers". */
    @Override
    public String toString() {
        return words;
    }
}
