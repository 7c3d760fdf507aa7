package app.rcommerce.gateway.policy;

import java.util.function.Supplier;

/**
 * What a policy says before those ahead of it have decided. A {@link Verdict} is what it will have decided once they
 * have passed: where it waits for an answer of the store, the question is out.
 */
public sealed interface Ask permits Ask.Wait, Ask.InTurn, Ask.Asked, Verdict {

    /** It asks nothing before it decides, and those behind it depend on what it finds. */
    Ask WAIT = new Wait();

    /** It asks nothing before it decides, and those behind it may ask meanwhile. */
    Ask IN_TURN = new InTurn();

    /** Nobody behind it asks before it has decided. */
    record Wait() implements Ask {}

    /** It decides in its turn. */
    record InTurn() implements Ask {}

    /**
     * The question is out, and whatever becomes of it nothing is decided before its turn.
     *
     * @param decision decides on the answer, in place of {@link Policy#decide}
     */
    record Asked(Supplier<Verdict> decision) implements Ask {}
}
