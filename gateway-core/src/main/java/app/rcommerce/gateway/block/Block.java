package app.rcommerce.gateway.block;

/**
 * One entry of the block list. Immutable.
 *
 * @param subject who is blocked
 * @param reason why, in an operator's words; may be empty; never shown to the client
 * @param untilMillis when the entry ends, in milliseconds since the epoch; {@link Long#MAX_VALUE} for entries of the
 *     configuration, which end with it
 */
public record Block(Subject subject, String reason, long untilMillis) {}
