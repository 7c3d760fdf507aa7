package app.rcommerce.gateway.policy.access;

import app.rcommerce.gateway.block.Block;
import app.rcommerce.gateway.block.Subject;
import app.rcommerce.gateway.identity.Addresses;
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
 * The bans of a configuration: they block callers that are refused again and again, each time for longer. Refusals are
 * counted as limits are, over all nodes, and start at zero after each ban; the number of earlier bans is counted under
 * the caller's identifier. A ban is an entry of the shared block list, so it ends by itself, and is listed and lifted
 * like any other entry. Requests of a banned caller are not counted, so that they do not prolong its ban. While the
 * store is away no caller is banned. Any thread.
 */
public final class Bans {

    /** What the reason of an entry begins with that is a ban; the ban's name follows. */
    static final String REASON = "ban ";

    /** No bans. */
    public static final Bans NONE = new Bans(List.of(), null);

    /** The time within which a caller is not banned a second time, so that one burst of refusals has one ban. */
    private static final Duration SETTLING = Duration.ofSeconds(2);

    private static final int MOST_SETTLING = 10_000;
    /** The quota of the meter that counts bans. It only counts, so the quota is one that is never reached. */
    private static final long MOST_BANS = 1_000_000;

    /** A listener that is told of each ban once it is in force. */
    public interface BanListener {

        /** The subject is banned for {@code life}. Any thread. */
        void banned(Ban ban, Subject subject, Duration life);
    }

    /**
     * The stores and the clock that bans use.
     *
     * @param limits counts refusals and bans one by one; it must not lease permits, which would count refusals that
     *     have not happened
     * @param store where bans are kept
     * @param near this node's copy of the block list
     * @param clock the clock
     * @param listener is told of bans
     */
    public record Dependencies(
            LimitStore limits, BlockStore store, NearBlockList near, Clock clock, BanListener listener) {}

    /** A ban with its meters. */
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

        /**
         * The identifier under which refusals are counted. It is not the caller's own, so that refusals can be reset
         * without the caller's limits.
         */
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
     * Counts a response of the gateway or the upstream. To be called on the call's event loop; never blocks or throws.
     */
    public void answered(Call call, int status) {
        if (dependencies == null || !Ban.STATUSES.contains(status)) {
            return;
        }
        // Requests of a caller that is banned already are not counted.
        if (call.allowlisted() || call.denialCode().equals(Denial.BLOCKED.code()) || !call.isClientFound()) {
            return;
        }
        // A token that was not verified, after too many bad ones, is counted as a bad one.
        int counted = call.denialCode().equals(Denial.TOO_MANY_FORGERIES.code()) ? 401 : status;
        for (Plan plan : plans) {
            if (plan.counts(call, counted)) {
                count(plan, call, dependencies);
            }
        }
    }

    /**
     * Counts a connection from this address that was closed because of its misbehaviour. To be called on an event loop;
     * never blocks or throws.
     *
     * @param address 4 or 16 bytes, of a client, not of a proxy
     */
    public void misbehaved(byte[] address) {
        Dependencies with = dependencies;
        if (with == null) {
            return;
        }
        Identifier exact = Identifier.ip(Addresses.format(address));
        Identifier counted = address.length == 4 ? exact : Identifier.ip(Addresses.folded(address));
        for (Plan plan : plans) {
            if (plan.ban().statuses().contains(Ban.MISBEHAVIOUR)) {
                count(plan, counted, address(counted, exact), with);
            }
        }
    }

    private void count(Plan plan, Call call, Dependencies with) {
        // A revoked token may be presented by somebody other than its owner, who must not be banned for it.
        boolean owned =
                !call.denialCode().equals(Challenge.TOKEN_REVOKED.denial().code());
        Identifier identity = owned && plan.ban().key() == Ban.Key.IDENTITY ? call.identity() : null;
        if (identity != null) {
            count(plan, identity, new Subject.One(identity), with);
        } else {
            count(plan, call.countedAddress(), address(call.countedAddress(), call.exactAddress()), with);
        }
    }

    private void count(Plan plan, Identifier counted, Subject subject, Dependencies with) {
        Identifier refused = plan.refused(counted);
        with.limits().take(refused, plan.refusals(), 1).whenComplete((decision, failure) -> {
            if (failure == null) {
                judge(plan, counted, subject, decision, with);
            }
        });
    }

    /**
     * The client's address as it is banned: IPv6 as its network of 64 bits, from which a client can choose any address.
     */
    private static Subject address(Identifier counted, Identifier exact) {
        Subject subject = Subject.parse(counted.toString());
        return subject == null ? new Subject.One(exact) : subject;
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

    /**
     * Bans the subject. Where several nodes do so at once, one succeeds; that node counts the ban and resets the
     * refusals.
     */
    private static void ban(Plan plan, Identifier counted, Subject subject, Duration life, Dependencies with) {
        Ban ban = plan.ban();
        String reason = REASON + ban.name();
        with.store().ban(subject, life, reason).whenComplete((banned, failure) -> {
            if (failure != null) {
                return;
            }
            if (!banned) {
                // The subject has an entry already.
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
