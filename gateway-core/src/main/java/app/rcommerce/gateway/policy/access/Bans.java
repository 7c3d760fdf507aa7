package app.rcommerce.gateway.policy.access;

import app.rcommerce.gateway.block.Block;
import app.rcommerce.gateway.block.Subject;
import app.rcommerce.gateway.identity.Combination;
import app.rcommerce.gateway.identity.Identifier;
import app.rcommerce.gateway.limit.Ban;
import app.rcommerce.gateway.limit.Meter;
import app.rcommerce.gateway.limit.Meters;
import app.rcommerce.gateway.limit.Rate;
import app.rcommerce.gateway.limit.count.Decision;
import app.rcommerce.gateway.policy.Call;
import app.rcommerce.gateway.policy.Denial;
import app.rcommerce.gateway.policy.auth.Challenge;
import app.rcommerce.gateway.store.BlockStore;
import app.rcommerce.gateway.store.LimitStore;
import app.rcommerce.gateway.store.near.NearBlockList;
import app.rcommerce.gateway.time.Clock;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Blocks callers that are refused again and again, for a while that grows. Refusals are counted as limits are, over all
 * nodes, and from nothing after each ban; how many bans there were is counted among the caller's limits. A ban is an
 * entry of the shared block list, so it ends by itself, is listed and lifted as any other, and what is counted of a
 * banned caller is nothing: it must not stay banned for asking. While the store is away nobody is banned. Any thread.
 */
public final class Bans {

    /** Bans nobody. */
    public static final Bans NONE = new Bans(List.of(), null);

    /** Within this time nobody is banned twice for one burst of refusals. */
    private static final Duration SETTLING = Duration.ofSeconds(2);

    private static final int MOST_SETTLING = 10_000;
    /** Bans are counted, never refused: this is out of reach. */
    private static final long MOST_BANS = 1_000_000;

    /** Told of a ban once it stands. */
    public interface BanListener {

        /** The subject is banned; any thread. */
        void banned(Ban ban, Subject subject, Duration life);
    }

    /**
     * What bans work on.
     *
     * @param limits counts refusals and bans, each for itself: a permit leased ahead would be a refusal that never was
     * @param store where bans are kept
     * @param near this node's copy of the block list
     * @param clock the clock
     * @param listener told of bans
     */
    public record Dependencies(
            LimitStore limits, BlockStore store, NearBlockList near, Clock clock, BanListener listener) {}

    /** A ban and how it counts. */
    private record Plan(Ban ban, Meters refusals, Meters bans) {
        static Plan of(Ban ban) {
            Rate after = ban.after();
            long memory = Math.min(
                    Rate.MAX_WINDOW.toMillis(),
                    Math.max(Duration.ofHours(24).toMillis(), 2 * ban.most().toMillis()));
            return new Plan(
                    ban,
                    meters("refusals", ban, after.quota(), after.window().toMillis()),
                    meters("bans", ban, MOST_BANS, memory));
        }

        private static Meters meters(String what, Ban ban, long quota, long windowMillis) {
            String name = "ban:" + ban.name() + ":" + what;
            return Meters.of(List.of(new Meter(name, name + ":" + windowMillis, quota, windowMillis, true)));
        }

        /** What refusals are counted under: apart from the caller's limits, so that they can start anew alone. */
        Identifier refused(Identifier counted) {
            return new Combination().addBan(ban.name()).add(counted).identifier();
        }

        boolean counts(Call call, int status) {
            if (!ban.statuses().contains(status)) {
                return false;
            }
            return ban.limits().isEmpty() || ban.limits().stream().anyMatch(call::isRefusedBy);
        }
    }

    private final List<Plan> plans;
    private final @Nullable Dependencies dependencies;
    private final @Nullable Cache<Identifier, Boolean> settling;

    private Bans(List<Ban> bans, @Nullable Dependencies dependencies) {
        this.plans = bans.stream().map(Plan::of).toList();
        this.dependencies = dependencies;
        this.settling = dependencies == null
                ? null
                : Caffeine.newBuilder()
                        .maximumSize(MOST_SETTLING)
                        .expireAfterWrite(SETTLING)
                        .ticker(dependencies.clock()::nanos)
                        .executor(Runnable::run)
                        .build();
    }

    /** The bans of a configuration. */
    public static Bans of(List<Ban> bans, Dependencies dependencies) {
        return bans.isEmpty() ? NONE : new Bans(bans, dependencies);
    }

    /**
     * A request has been answered, by the gateway or the upstream. On the call's event loop; never blocks or throws.
     */
    public void answered(Call call, int status) {
        if (dependencies == null || !Ban.STATUSES.contains(status)) {
            return;
        }
        // Who is banned already is not counted for asking.
        if (call.allowlisted() || call.denialCode().equals(Denial.BLOCKED.code()) || !call.isClientFound()) {
            return;
        }
        // A token that nobody looks at any more is counted as what those before it were.
        int counted = call.denialCode().equals(Denial.TOO_MANY_FORGERIES.code()) ? 401 : status;
        for (Plan plan : plans) {
            if (plan.counts(call, counted)) {
                count(plan, call, dependencies);
            }
        }
    }

    private void count(Plan plan, Call call, Dependencies with) {
        // Who presents a revoked token is not its owner, or should not be: the owner must not be banned for it.
        boolean owned =
                !call.denialCode().equals(Challenge.TOKEN_REVOKED.denial().code());
        Identifier identity =
                owned && plan.ban().key() == Ban.Key.IDENTITY ? call.caller().closest() : null;
        Identifier counted = identity != null ? identity : call.countedAddress();
        Subject subject = identity != null ? new Subject.One(identity) : address(call);
        Identifier refused = plan.refused(counted);
        with.limits().take(refused, plan.refusals(), 1).whenComplete((decision, failure) -> {
            if (failure == null) {
                judge(plan, counted, subject, decision, with);
            }
        });
    }

    /** As addresses are counted: an IPv6 client has a network of 64 bits to choose from. */
    private static Subject address(Call call) {
        Subject counted = Subject.parse(call.countedAddress().toString());
        return counted == null ? new Subject.One(call.exactAddress()) : counted;
    }

    private void judge(Plan plan, Identifier counted, Subject subject, Decision decision, Dependencies with) {
        boolean last = !decision.granted() || decision.states().getFirst().remaining() == 0;
        if (!last || settling == null || settling.asMap().putIfAbsent(counted, true) != null) {
            return;
        }
        with.limits().usage(counted, plan.bans()).whenComplete((bans, failure) -> {
            if (failure == null) {
                long before = MOST_BANS - bans.states().getFirst().remaining();
                ban(plan, counted, subject, plan.ban().life(before + 1), with);
            }
        });
    }

    /** Of several nodes that come to it at once one succeeds; that one counts the ban, and refusals start anew. */
    private static void ban(Plan plan, Identifier counted, Subject subject, Duration life, Dependencies with) {
        Ban ban = plan.ban();
        String reason = "ban " + ban.name();
        with.store().ban(subject, life, reason).whenComplete((banned, failure) -> {
            if (failure != null) {
                return;
            }
            if (!banned) {
                // Somebody else's entry stands.
                with.near().forget(subject);
                return;
            }
            with.limits().take(counted, plan.bans(), 1).exceptionally(late -> null);
            with.limits().reset(plan.refused(counted)).exceptionally(late -> null);
            with.near().blocked(new Block(subject, reason, with.clock().millis() + life.toMillis()));
            with.listener().banned(ban, subject, life);
        });
    }
}
