package app.rcommerce.gateway.config;

import app.rcommerce.gateway.block.Subject;
import app.rcommerce.gateway.limit.Ban;
import java.util.List;

/**
 * The table {@code [access]}: static entries beside the shared block list.
 *
 * @param block subjects that are always refused
 * @param allow subjects that are neither blocked nor limited. An address on this list is exempt from every block; a key
 *     or a user is known only after its address has been judged, and is exempt from then on
 * @param onStoreFailure what holds for a caller of unknown standing while the block list cannot be asked
 * @param bans rules by which callers are blocked automatically, those of limits included
 */
public record AccessConfig(
        List<Subject> block, List<Subject> allow, AuthConfig.OnUnknown onStoreFailure, List<Ban> bans) {

    public AccessConfig {
        block = List.copyOf(block);
        allow = List.copyOf(allow);
        bans = List.copyOf(bans);
    }
}
