package app.rcommerce.gateway.bounded;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BoundedCacheTest {

    private static final long STEP = TimeUnit.MILLISECONDS.toNanos(10);

    private static final class Word extends BoundedCache.Entry<Integer> {
        private final int weight;

        Word(int key, int weight) {
            super(key);
            this.weight = weight;
        }

        Word(int key) {
            this(key, 1);
        }
    }

    private final List<Integer> evicting = new ArrayList<>();
    private final List<Integer> evicted = new ArrayList<>();
    private long now = Long.MAX_VALUE - STEP;

    private BoundedCache<Integer, Word> cache(long most) {
        return new BoundedCache<>(most, word -> evicting.add(word.key()), word -> evicted.add(word.key()));
    }

    private boolean has(BoundedCache<Integer, Word> cache, int key) {
        now += STEP;
        Word found = cache.find(key, now);
        assertThat(found == null || found.key() == key).isTrue();
        return found != null;
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 2, 3, 100, 1_000_000, Long.MAX_VALUE})
    void eachIsFoundUnderItsOwnKeyWhateverLiesInFront(long most) {
        BoundedCache<Integer, Word> cache = cache(most);
        for (int key = -20_000; key < 20_000; key++) {
            cache.put(new Word(key));
            assertThat(cache.size() - 1).isLessThanOrEqualTo(most);
            has(cache, key - 1);
            has(cache, key - 1);
        }
        assertThat(cache.all().stream().allMatch(word -> has(cache, word.key())))
                .isTrue();
        assertThat(cache.all().size()).isEqualTo((int) Math.min(most, 40_000));
    }

    @Test
    void whatIsRemovedOrReplacedIsFoundNoMore() {
        BoundedCache<Integer, Word> cache = cache(100);
        for (int round = 0; round < 3; round++) {
            Word first = new Word(7);
            cache.put(first);
            assertThat(cache.find(7, now)).isSameAs(first);
            assertThat(cache.find(7, now)).isSameAs(first);
            Word second = new Word(7);
            cache.put(second);
            assertThat(cache.find(7, now)).isSameAs(second);
            assertThat(cache.get(7, Word::new)).isSameAs(second);
            cache.remove(7);
            assertThat(cache.find(7, now)).isNull();
            Word third = cache.get(7, Word::new);
            assertThat(cache.find(7, now)).isSameAs(third);
            cache.clear();
            assertThat(cache.find(7, now)).isNull();
        }
        assertThat(evicted).isEmpty();
    }

    @Test
    void whatIsEvictedIsToldOfOnceAndFoundNoMore() {
        BoundedCache<Integer, Word> cache = cache(100);
        for (int key = 0; key < 5_000; key++) {
            cache.put(new Word(key));
            has(cache, key);
            has(cache, key);
        }
        assertThat(evicted).hasSize(4_900).doesNotHaveDuplicates().containsExactlyElementsOf(evicting);
        assertThat(evicted).noneMatch(key -> has(cache, key));
        assertThat(IntStream.range(0, 5_000).filter(key -> has(cache, key))).hasSize(100);
    }

    @Test
    void whatIsHeavyTakesThePlaceOfSeveral() {
        BoundedCache<Integer, Word> cache = new BoundedCache<>(1_000, word -> word.weight);
        for (int key = 0; key < 5_000; key++) {
            cache.put(new Word(key, 10));
            has(cache, key);
        }
        assertThat(IntStream.range(0, 5_000).filter(key -> has(cache, key))).hasSize(100);
    }

    /**
     * It is found in front nearly each time, of which the cache behind hears five times a second, or not at all before
     * it is half full.
     */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whatIsUsedStaysWhileStrangersPassThrough(boolean weighed) {
        BoundedCache<Integer, Word> cache = weighed ? new BoundedCache<>(100, word -> word.weight) : cache(100);
        cache.put(new Word(-1));
        for (int i = 0; i < 500; i++) {
            assertThat(has(cache, -1)).isTrue();
        }
        for (int stranger = 0; stranger < 20_000; stranger++) {
            cache.put(new Word(stranger));
            assertThat(has(cache, -1)).as("after %d strangers", stranger).isTrue();
        }
    }

    @Test
    void whatWasRemovedIsNotLeftInFrontByThoseWhoFoundItMeanwhile() throws Exception {
        BoundedCache<Integer, Word> cache = cache(100);
        AtomicBoolean isOver = new AtomicBoolean();
        AtomicInteger wrong = new AtomicInteger();
        List<Thread> finders = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            finders.add(Thread.ofPlatform().start(() -> {
                while (!isOver.get()) {
                    Word found = cache.find(7, 0);
                    if (found != null && found.key() != 7) {
                        wrong.incrementAndGet();
                    }
                }
            }));
        }
        for (int i = 0; i < 100_000; i++) {
            cache.put(new Word(7));
            cache.remove(7);
        }
        isOver.set(true);
        for (Thread finder : finders) {
            finder.join();
        }
        assertThat(wrong).hasValue(0);
        assertThat(cache.find(7, 0)).isNull();
        Word last = new Word(7);
        cache.put(last);
        assertThat(Objects.requireNonNull(cache.find(7, 0))).isSameAs(last);
    }
}
