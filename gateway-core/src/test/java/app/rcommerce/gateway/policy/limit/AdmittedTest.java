package app.rcommerce.gateway.policy.limit;

import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.policy.order.Chain;
import app.rcommerce.gateway.store.StoreUnavailable;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is told of limits that admit, and of callers near the end of a quota. */
class AdmittedTest {

    private static final String ANA = "203.0.113.9";
    private static final String BEN = "203.0.113.10";

    private static Chain chain(String limits, String names) {
        return new Chain("""
                %s
                [upstreams.u]
                servers = ["http://127.0.0.1:8081"]
                [[routes]]
                name = "all"
                path = "/**"
                upstream = "u"
                limits = [%s]
                """.formatted(limits, names));
    }

    @Test
    void aLimitThatAdmitsIsToldOnceWhateverItsWindows() {
        Chain chain = chain("[limits.two]\nkey = \"ip\"\nrates = [\"60/minute\", \"600/hour\"]", "\"two\"");
        chain.get(ANA, "/");
        assertThat(chain.admitted).containsExactly("two");
        assertThat(chain.decisions).isEmpty();
    }

    @Test
    void whoHasLessThanAFifthLeftIsNearTheQuota() {
        Chain chain = chain("[limits.ten]\nkey = \"ip\"\nrates = [\"10/minute\"]", "\"ten\"");
        for (int i = 0; i < 12; i++) {
            chain.get(ANA, "/");
        }
        assertThat(chain.admitted).hasSize(10);
        assertThat(chain.admitted.subList(0, 8)).containsOnly("ten");
        assertThat(chain.admitted.subList(8, 10)).containsOnly("ten near its quota");
        chain.admitted.clear();
        chain.get(BEN, "/");
        assertThat(chain.admitted).containsExactly("ten");
    }

    @Test
    void aBucketIsNearItsEndByWhatItHolds() {
        Chain chain = chain(
                "[limits.b]\nkey = \"ip\"\nalgorithm = \"token_bucket\"\nrates = [\"100/hour\"]\nburst = 5", "\"b\"");
        for (int i = 0; i < 6; i++) {
            chain.get(ANA, "/");
        }
        assertThat(chain.admitted).containsExactly("b", "b", "b", "b", "b near its quota");
    }

    @Test
    void aRefusedRequestIsAdmittedByNobody() {
        Chain chain = chain("""
                [limits.wide]
                key = "ip"
                rates = ["100/minute"]
                [limits.narrow]
                key = "ip"
                rates = ["1/minute"]
                """, "\"wide\", \"narrow\"");
        chain.get(ANA, "/");
        assertThat(chain.admitted).containsExactlyInAnyOrder("wide", "narrow near its quota");
        chain.admitted.clear();
        chain.get(ANA, "/");
        assertThat(chain.admitted).isEmpty();
        assertThat(chain.decisions).containsExactly("limit:narrow refused");
    }

    @Test
    void aShadowThatWouldRefuseHasNotAdmitted() {
        Chain chain = chain("[limits.shadow]\nkey = \"ip\"\nrates = [\"1/minute\"]\nmode = \"shadow\"", "\"shadow\"");
        chain.get(ANA, "/");
        chain.admitted.clear();
        chain.get(ANA, "/");
        assertThat(chain.admitted).isEmpty();
        assertThat(chain.decisions).containsExactly("limit:shadow shadow_refused");
    }

    @Test
    void placesInFlightAreAdmittedAndNeverNear() {
        Chain chain = chain("[limits.flight]\nkey = \"ip\"\nconcurrency = 1", "\"flight\"");
        chain.get(ANA, "/");
        assertThat(chain.admitted).containsExactly("flight");
    }

    @Test
    void whatThisNodeCountsItselfIsAdmittedOnce() {
        Chain chain = chain("[limits.both]\nkey = \"ip\"\nrates = [\"60/minute\"]\nconcurrency = 10", "\"both\"");
        chain.failure = new StoreUnavailable("away");
        chain.get(ANA, "/");
        assertThat(chain.admitted).containsExactly("both");
        assertThat(chain.decisions).contains("limit:both counted_locally");
    }

    @Test
    void whatPassesUncountedIsAdmittedByNobody() {
        Chain chain =
                chain("[limits.open]\nkey = \"ip\"\nrates = [\"60/minute\"]\non_store_failure = \"allow\"", "\"open\"");
        chain.failure = new StoreUnavailable("away");
        assertThat(Collections.nCopies(3, "").stream()
                        .map(again -> chain.get(ANA, "/").told())
                        .toList())
                .isEqualTo(List.of("forwarded", "forwarded", "forwarded"));
        assertThat(chain.admitted).isEmpty();
    }
}
