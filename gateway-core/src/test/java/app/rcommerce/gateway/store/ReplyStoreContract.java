package app.rcommerce.gateway.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.cache.CacheKey;
import app.rcommerce.gateway.cache.StoredReply;
import app.rcommerce.gateway.cache.VaryMarker;
import app.rcommerce.gateway.http.FieldList;
import app.rcommerce.gateway.identity.Digests;
import app.rcommerce.gateway.route.PathPattern;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/** What every {@link ReplyStore} must do; the store of each test is empty at first. */
public abstract class ReplyStoreContract {

    private static final Duration HOUR = Duration.ofHours(1);
    private static final Duration SOON = Duration.ofMillis(500);

    /** The store. */
    protected abstract ReplyStore store();

    /** Its time. */
    protected abstract Passage time();

    private static <T> T now(CompletionStage<T> stage) {
        return stage.toCompletableFuture().join();
    }

    private static CacheKey key(String name) {
        return new CacheKey(Digests.sha256Hex(name));
    }

    private static byte[] reply(String path, byte[] body) {
        return new StoredReply(path, 200, FieldList.of("a", "b"), body, 1, 2, List.of(), true).encode();
    }

    private byte[] get(String name) {
        return now(store().get(key(name)));
    }

    private void put(String name, byte[] bytes) {
        now(store().put(key(name), bytes, HOUR));
    }

    private long purge(String pattern) {
        return now(store().purge(Objects.requireNonNull(PathPattern.parse(pattern))));
    }

    @Test
    void whatWasStoredIsReadBack() {
        byte[] large = new byte[300_000];
        for (int i = 0; i < large.length; i++) {
            large[i] = (byte) (i * 31);
        }
        assertThat(get("a")).isNull();
        put("a", large);
        put("b", new byte[0]);
        assertThat(get("a")).isEqualTo(large);
        assertThat(get("b")).isEmpty();
        put("a", "other".getBytes(UTF_8));
        assertThat(get("a")).isEqualTo("other".getBytes(UTF_8));
    }

    @Test
    void aReplyEndsByItself() {
        now(store().put(key("a"), new byte[] {1}, SOON));
        assertThat(get("a")).isNotNull();
        time().within(SOON, () -> assertThat(get("a")).isNull());
    }

    @Test
    void oneEntryIsRemovedAndNoOther() {
        put("a", new byte[] {1});
        put("b", new byte[] {2});
        now(store().remove(key("a")));
        now(store().remove(key("a")));
        assertThat(get("a")).isNull();
        assertThat(get("b")).isNotNull();
    }

    @Test
    void aPurgeRemovesWhatMatchesInAllVariants() {
        put("p1", reply("/api/v1/products/1", new byte[5000]));
        put("p1 marker", new VaryMarker("/api/v1/products/1", List.of("accept"), 1).encode());
        put("p2", reply("/api/v1/products/2", new byte[10]));
        put("o1", reply("/api/v1/orders/1", new byte[10]));
        assertThat(purge("/api/v1/products/1")).isEqualTo(2);
        assertThat(get("p1")).isNull();
        assertThat(get("p1 marker")).isNull();
        assertThat(get("p2")).isNotNull();
        assertThat(purge("/api/v1/products/**")).isEqualTo(1);
        assertThat(purge("/api/v1/products/**")).isZero();
        assertThat(get("o1")).isNotNull();
    }

    @Test
    void longPathsArePurgedToo() {
        put("long", reply("/api/" + "x".repeat(4000), new byte[10]));
        put("longer", reply("/other/" + "x".repeat(4000), new byte[10]));
        assertThat(purge("/api/**")).isEqualTo(1);
        assertThat(get("longer")).isNotNull();
    }

    @Test
    void aPurgeOfAllRemovesAlsoWhatNobodyUnderstands() {
        put("reply", reply("/a", new byte[10]));
        put("garbage", "no reply at all".getBytes(UTF_8));
        put("nothing", new byte[0]);
        assertThat(purge("/**")).isEqualTo(1);
        assertThat(get("garbage")).isNotNull();
        assertThat(now(store().purge(null))).isEqualTo(2);
        assertThat(get("garbage")).isNull();
    }

    @Test
    void manyRepliesArePurged() {
        List<CompletionStage<Void>> puts = new ArrayList<>();
        for (int i = 0; i < 1200; i++) {
            puts.add(store().put(
                            key("n" + i), reply("/api/" + (i % 2 == 0 ? "even/" : "odd/") + i, new byte[20]), HOUR));
        }
        puts.forEach(ReplyStoreContract::now);
        put("last", reply("/last", new byte[1]));
        assertThat(purge("/api/odd/**")).isEqualTo(600);
        assertThat(now(store().purge(null))).isEqualTo(601);
    }

    @Test
    void eachPurgeBeginsAnotherGeneration() {
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < 3; i++) {
            String before = now(store().generation());
            assertThat(seen.add(before)).isTrue();
            put("a", new byte[] {1});
            assertThat(now(store().generation())).isEqualTo(before).isNotEmpty();
            if (i % 2 == 0) {
                purge("/nothing/**");
            } else {
                now(store().purge(null));
            }
        }
        assertThat(seen).doesNotContain(now(store().generation()));
    }

    @Test
    void oneReplyCanBeRemoved() {
        put("a", new byte[] {1});
        put("b", new byte[] {2});
        now(store().remove(key("a")));
        now(store().remove(key("none")));
        assertThat(get("a")).isNull();
        assertThat(get("b")).containsExactly(2);
    }
}
