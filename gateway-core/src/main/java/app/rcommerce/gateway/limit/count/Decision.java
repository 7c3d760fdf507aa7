package app.rcommerce.gateway.limit.count;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A store's decision about permits that were asked for. Either every enforced meter had room and all of them have
 * counted, or nothing was counted at all.
 *
 * @param granted whether the permits were granted
 * @param retryAfterMillis when refused, how long until the same request can succeed, at least 1; else 0
 * @param states one per meter, in the order asked
 * @param taken the permits by the grant that they were taken from, oldest grant first, as they are given back; empty
 *     where they cannot be given back
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

    /** The same decision without permits to give back, for where nothing was counted. */
    public Decision uncounted() {
        return new Decision(granted, retryAfterMillis, states);
    }

    /** As many of the permits by the grant that they were taken from, youngest grant first. */
    public List<Unused> taken(long permits) {
        if (taken.size() == 1 && taken.getFirst().permits() <= permits) {
            return taken;
        }
        List<Unused> some = new ArrayList<>(taken.size());
        long missing = permits;
        for (int i = taken.size() - 1; i >= 0 && missing > 0; i--) {
            Unused of = taken.get(i);
            some.add(of.of(Math.min(missing, of.permits())));
            missing -= of.permits();
        }
        return some;
    }

    /** The states as of some time later, with the permits that are held added to those that remain. */
    public List<State> statesLater(long elapsedNanos, long heldPermits) {
        long elapsed = TimeUnit.NANOSECONDS.toMillis(Math.max(0, elapsedNanos));
        List<State> later = new ArrayList<>(states.size());
        for (int i = 0; i < states.size(); i++) {
            later.add(states.get(i).later(elapsed, heldPermits));
        }
        return later;
    }

    /** This refusal as it is some time later, while it is still in force. */
    public Decision later(long elapsedMillis) {
        List<State> then = new ArrayList<>(states.size());
        for (int i = 0; i < states.size(); i++) {
            then.add(states.get(i).later(elapsedMillis, 0));
        }
        return new Decision(granted, Math.max(1, retryAfterMillis - elapsedMillis), then);
    }

    /**
     * The state of one meter after a decision.
     *
     * @param remaining permits left in the window, never negative
     * @param resetMillis how long until more are left: when the oldest counted part expires, or, for a meter that
     *     refused, when it would grant; 0 where nothing is counted
     * @param over whether this meter had no room
     */
    public record State(long remaining, long resetMillis, boolean over) {

        /** The state some time later, with the permits that a node holds added to those that remain. */
        public State later(long elapsedMillis, long heldPermits) {
            long reset = resetMillis == 0 ? 0 : Math.max(1, resetMillis - elapsedMillis);
            return new State(over ? remaining : remaining + heldPermits, reset, over);
        }
    }
}
