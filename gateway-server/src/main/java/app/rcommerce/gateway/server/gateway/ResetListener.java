package app.rcommerce.gateway.server.gateway;

import app.rcommerce.gateway.identity.Identifier;
import app.rcommerce.gateway.limit.local.LocalQuotas;
import app.rcommerce.gateway.limit.shared.DividedLimitStore;
import app.rcommerce.gateway.limit.shared.LeasingLimitStore;
import app.rcommerce.gateway.store.node.NodeChannel;
import java.util.List;

/**
 * The listener for resets of an identifier's counts by this node or another: leased permits and remembered refusals are
 * dropped.
 */
record ResetListener(List<LeasingLimitStore> leases, DividedLimitStore divided, LocalQuotas local)
        implements NodeChannel.MessageListener {

    @Override
    public void heard(String text) {
        Identifier identifier = Identifier.parseCounted(text);
        if (identifier != null) {
            leases.forEach(store -> store.forget(identifier));
            divided.forget(identifier);
            local.forget(identifier);
        }
    }

    /** Acts as if a reset had been missed: to forget everything costs one request to the store for each identifier. */
    @Override
    public void missed() {
        leases.forEach(LeasingLimitStore::forgetAll);
        divided.forgetAll();
    }
}
