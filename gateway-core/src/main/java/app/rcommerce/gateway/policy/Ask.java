package app.rcommerce.gateway.policy;

import java.util.function.Supplier;

/**
 * A policy's answer when it is asked ahead of its turn, before the policies ahead of it have decided. A {@link Verdict}
 * is its decision for the case that they all pass; where it is {@link Verdict.Later}, the store has been asked already.
 */
public sealed interface Ask permits Ask.Wait, Ask.InTurn, Ask.Asked, Verdict {

    /** The policy does nothing ahead of its turn, and those behind it depend on what it finds. */
    Ask WAIT = new Wait();

    /** The policy does nothing ahead of its turn, and those behind it may ask the store ahead of theirs. */
    Ask IN_TURN = new InTurn();

    /** No policy behind it asks before it has decided. */
    record Wait() implements Ask {}

    /** The policy decides in its turn. */
    record InTurn() implements Ask {}

    /**
     * The policy has asked the store ahead of its turn, and decides in its turn.
     *
     * @param decision makes the decision from the store's answer, in place of {@link Policy#decide}
     */
    record Asked(Supplier<Verdict> decision) implements Ask {}
}
