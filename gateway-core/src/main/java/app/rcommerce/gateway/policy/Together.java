package app.rcommerce.gateway.policy;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Several policies that do not wait for each other, so that what they ask of the store goes out in one trip. Still the
 * first of them that refuses does so, in their order: what a later one decides counts only once all before it have
 * passed. A policy may stand here if it needs nothing that one before it waits for, and if what it asks does no harm
 * for a caller that is then refused, or can be withdrawn. Immutable; any thread.
 */
final class Together implements Policy {

    private final List<Policy> members;

    Together(List<Policy> members) {
        this.members = List.copyOf(members);
    }

    @Override
    public Verdict decide(Call call) {
        List<Verdict.Later<?>> waiting = List.of();
        Verdict last = Verdict.PASS;
        for (int i = 0; i < members.size() && !(last instanceof Verdict.Answer); i++) {
            last = settled(members.get(i).decide(call));
            if (last instanceof Verdict.Later<?> later) {
                waiting = waiting.isEmpty() ? new ArrayList<>(members.size()) : waiting;
                waiting.add(later);
                last = Verdict.PASS;
            }
        }
        return waiting.isEmpty() ? last : inOrder(waiting, 0, last);
    }

    /** As far as it can be decided without waiting. */
    private static Verdict settled(Verdict verdict) {
        Verdict decided = verdict;
        while (decided instanceof Verdict.Later<?> later
                && later.stage().toCompletableFuture().isDone()) {
            decided = PolicyRun.settle(later);
        }
        return decided;
    }

    /** The verdict of those that wait, from the index on, and then the last one. */
    private static Verdict inOrder(List<Verdict.Later<?>> waiting, int index, Verdict last) {
        return index == waiting.size() ? last : followed(waiting.get(index), waiting, index + 1, last);
    }

    private static <T extends @Nullable Object> Verdict followed(
            Verdict.Later<T> later, List<Verdict.Later<?>> waiting, int next, Verdict last) {
        Function<Verdict, Verdict> follow = verdict -> switch (verdict) {
            case Verdict.Pass ignored -> inOrder(waiting, next, last);
            case Verdict.Answer answer -> {
                waiting.subList(next, waiting.size())
                        .forEach(other -> other.withdrawn().run());
                yield answer;
            }
            case Verdict.Later<?> more -> followed(more, waiting, next, last);
        };
        return new Verdict.Later<>(
                later.stage(), later.then().andThen(follow), later.failed().andThen(follow));
    }
}
