package app.rcommerce.gateway.policy.access;

import app.rcommerce.gateway.block.AccessList;
import app.rcommerce.gateway.config.AuthConfig.OnUnknown;
import app.rcommerce.gateway.identity.Identifier;
import app.rcommerce.gateway.policy.Call;
import app.rcommerce.gateway.policy.Denial;
import app.rcommerce.gateway.policy.StoreFailures;
import app.rcommerce.gateway.policy.Telemetry;
import app.rcommerce.gateway.policy.Verdict;
import app.rcommerce.gateway.store.near.NearBlockList;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

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
        if (blocked.namesAddress(address, exact) || shared.containsAddress(address)) {
            return refuse(call);
        }
        return judge(call, shared.contains(exact, call.countedAddress()));
    }

    Verdict identity(Call call, Identifier identity) {
        return blocked.names(identity) ? refuse(call) : judge(call, shared.contains(identity));
    }

    private Verdict judge(Call call, CompletionStage<Boolean> contains) {
        CompletableFuture<Boolean> answer = contains.toCompletableFuture();
        if (answer.isDone() && !answer.isCompletedExceptionally()) {
            return answer.join() ? refuse(call) : Verdict.PASS;
        }
        return new Verdict.Later<>(
                contains, found -> found ? refuse(call) : Verdict.PASS, failure -> storeFailed(call, failure));
    }

    private Verdict storeFailed(Call call, Throwable failure) {
        return StoreFailures.unknown(call, POLICY, onStoreFailure, telemetry, failure);
    }

    private Verdict refuse(Call call) {
        telemetry.decided(POLICY, "refused");
        return new Verdict.LocalReply(Denial.BLOCKED.reply(call));
    }
}
