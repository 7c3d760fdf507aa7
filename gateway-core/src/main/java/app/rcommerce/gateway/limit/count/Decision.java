package app.rcommerce.gateway.limit.count;

import java.util.ArrayList;
import java.util.List;

/**
 * What a store answers when permits were asked for. Either every enforced meter had room and all of them counted, or
 * nothing was counted at all.
 *
 * @param granted whether the permits were granted
 * @param retryAfterMillis when refused, how long until the same question can succeed, at least 1; else 0
 * @param states one per meter, in the order asked
 * @param taken of which grants the permits are, oldest first, to be named when they are given back; empty where they
 *     cannot be
 */
public record Decision(boolean granted, long retryAfterMillis, List<State> states, List<Unused> taken) {

    /** A decision whose permits cannot be given back. */
    public Decision(boolean granted, long retryAfterMillis, List<State> states) {
        this(granted, retryAfterMillis, states, List.of());
    }

    public Decision {
        states = List.copyOf(states);
        taken = List.copyOf(taken);
    }

    /** The same where nothing was counted. */
    public Decision uncounted() {
        return new Decision(granted, retryAfterMillis, states);
    }

    /** Of which grants so many of the permits are: those of the youngest grants first. */
    public List<Unused> taken(long permits) {
        if (taken.size() == 1 && taken.getFirst().permits() <= permits) {
            return taken;
        }
        List<Unused> some = new ArrayList<>(taken.size());
        long missing = permits;
        for (int i = taken.size() - 1; i >= 0 && missing > 0; i--) {
            Unused of = taken.get(i);
            some.add(new Unused(Math.min(missing, of.permits()), of.atMillis(), of.states()));
            missing -= of.permits();
        }
        return some;
    }

    /** A refusal as it stands so much later, while it does. */
    public Decision later(long elapsedMillis) {
        List<State> then = new ArrayList<>(states.size());
        for (int i = 0; i < states.size(); i++) {
            then.add(states.get(i).later(elapsedMillis, 0));
        }
        return new Decision(granted, Math.max(1, retryAfterMillis - elapsedMillis), then);
    }

    /**
     * One meter after the decision.
     *
     * @param remaining permits left in the window, never negative
     * @param resetMillis how long until more are left: when the oldest counted part expires, or, for a meter that
     *     refused, when it would grant; 0 where nothing is counted
     * @param over whether this meter had no room
     */
    public record State(long remaining, long resetMillis, boolean over) {

        /** The same so much later, with so many permits in hand that are still to be had. */
        public State later(long elapsedMillis, long inHand) {
            long reset = resetMillis == 0 ? 0 : Math.max(1, resetMillis - elapsedMillis);
            return new State(over ? remaining : remaining + inHand, reset, over);
        }
    }
}
