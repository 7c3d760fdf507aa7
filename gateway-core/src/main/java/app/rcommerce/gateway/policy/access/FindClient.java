package app.rcommerce.gateway.policy.access;

import app.rcommerce.gateway.block.AccessList;
import app.rcommerce.gateway.block.CidrSet;
import app.rcommerce.gateway.identity.Addresses;
import app.rcommerce.gateway.identity.ClientAddress;
import app.rcommerce.gateway.identity.Identifier;
import app.rcommerce.gateway.policy.Call;
import app.rcommerce.gateway.policy.Policy;
import app.rcommerce.gateway.policy.Verdict;

/** Finds the client's address behind trusted proxies, and exempts it where it is on the allowlist. */
public final class FindClient implements Policy {

    private final CidrSet trustedProxies;
    private final AccessList allowed;

    /** A policy that finds addresses behind these proxies and exempts those on the list. */
    public FindClient(CidrSet trustedProxies, AccessList allowed) {
        this.trustedProxies = trustedProxies;
        this.allowed = allowed;
    }

    @Override
    public Verdict decide(Call call) {
        if (trustedProxies.contains(call.peer())) {
            call.trustPeer();
        }
        byte[] address = ClientAddress.of(
                call.peer(), call.request().headers().all("x-forwarded-for"), trustedProxies::contains);
        Identifier exact = Identifier.ip(Addresses.format(address));
        Identifier counted = address.length == 4 ? exact : Identifier.ip(Addresses.folded(address));
        call.clientFound(address, exact, counted);
        if (allowed.namesAddress(address, exact)) {
            call.allowlist();
        }
        return Verdict.PASS;
    }
}
