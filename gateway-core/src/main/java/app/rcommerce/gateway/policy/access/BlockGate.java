package app.rcommerce.gateway.policy.access;

import app.rcommerce.gateway.block.AccessList;
import app.rcommerce.gateway.block.Block;
import app.rcommerce.gateway.block.Subject;
import app.rcommerce.gateway.config.AuthConfig.OnUnknown;
import app.rcommerce.gateway.identity.Identifier;
import app.rcommerce.gateway.policy.Call;
import app.rcommerce.gateway.policy.Denial;
import app.rcommerce.gateway.policy.Reason;
import app.rcommerce.gateway.policy.StoreFailures;
import app.rcommerce.gateway.policy.Telemetry;
import app.rcommerce.gateway.policy.Verdict;
import app.rcommerce.gateway.store.near.NearBlockList;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * The check of an address or identity against the block list, which the blocking policies share: against the
 * configuration's own entries, shared ranges and shared entries, with the configured verdict where the store cannot be
 * asked.
 */
public final class BlockGate {

    private static final String POLICY = "block";

    private final AccessList blocked;
    private final NearBlockList shared;
    private final OnUnknown onStoreFailure;
    private final Telemetry telemetry;

    /**
     * A check against the configuration's own entries and then the shared ones.
     *
     * @param onStoreFailure the verdict where the shared entries cannot be asked for
     */
    public BlockGate(AccessList blocked, NearBlockList shared, OnUnknown onStoreFailure, Telemetry telemetry) {
        this.blocked = blocked;
        this.shared = shared;
        this.onStoreFailure = onStoreFailure;
        this.telemetry = telemetry;
    }

    Verdict address(Call call) {
        byte[] address = call.clientAddress();
        Identifier exact = call.exactAddress();
        Subject named = blocked.naming(address, exact);
        if (named != null) {
            return refuse(call, configured(named));
        }
        Block range = shared.range(address);
        return range != null
                ? refuse(call, new Reason.Blocked("range", range.subject().toString(), range.reason()))
                : judge(call, shared.find(exact, call.countedAddress()));
    }

    Verdict identity(Call call, Identifier identity) {
        return blocked.names(identity)
                ? refuse(call, configured(new Subject.One(identity)))
                : judge(call, shared.find(identity));
    }

    private static Reason.Blocked configured(Subject subject) {
        return new Reason.Blocked("static", subject.toString(), "");
    }

    private Verdict judge(Call call, CompletionStage<@Nullable Block> look) {
        CompletableFuture<@Nullable Block> answer = look.toCompletableFuture();
        if (answer.isDone() && !answer.isCompletedExceptionally()) {
            return judged(call, answer.join());
        }
        return new Verdict.Later<@Nullable Block>(
                look, found -> judged(call, found), failure -> storeFailed(call, failure));
    }

    private Verdict judged(Call call, @Nullable Block found) {
        if (found == null) {
            return Verdict.PASS;
        }
        String by = found.reason().startsWith(Bans.REASON) ? "ban" : "entry";
        return refuse(call, new Reason.Blocked(by, found.subject().toString(), found.reason()));
    }

    private Verdict storeFailed(Call call, Throwable failure) {
        return StoreFailures.unknown(call, POLICY, onStoreFailure, telemetry, failure);
    }

    private Verdict refuse(Call call, Reason.Blocked why) {
        telemetry.decided(POLICY, why.by());
        return new Verdict.LocalReply(Denial.BLOCKED.reply(call, why));
    }
}
