package app.rcommerce.gateway.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import app.rcommerce.gateway.identity.ApiKeys.KnownKey;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ApiKeysTest {

    private static final String KEY = "aB3dEfGh.sEcReTkEy123456789abcdef1234567";
    private static final KnownKey ERP =
            new KnownKey("erp", Digests.sha256Hex(KEY), Scopes.of(Set.of("products:read")), 2.0);

    @Test
    void aKnownKeyIsFoundByItsDigest() {
        Caller.ApiKeyCaller caller = ApiKeys.of(List.of(ERP)).find(KEY);
        assertThat(caller)
                .isEqualTo(new Caller.ApiKeyCaller(Identifier.key("erp"), Scopes.of(Set.of("products:read")), 2.0));
    }

    @Test
    void anUnknownKeyIsNotFound() {
        ApiKeys keys = ApiKeys.of(List.of(ERP));
        assertThat(keys.find(KEY + "x")).isNull();
        assertThat(keys.find(KEY.toUpperCase(java.util.Locale.ROOT))).isNull();
        assertThat(keys.find(Digests.sha256Hex(KEY))).isNull();
        assertThat(keys.find("")).isNull();
        assertThat(ApiKeys.of(List.of()).find(KEY)).isNull();
    }

    @Test
    void idsAndDigestsAreUnique() {
        assertThatThrownBy(() -> ApiKeys.of(List.of(ERP, ERP))).hasMessageContaining("erp");
        assertThatThrownBy(() -> ApiKeys.of(List.of(ERP, new KnownKey("b", ERP.sha256(), Scopes.NONE, 1))))
                .hasMessageContaining("API key b");
        assertThatThrownBy(() -> ApiKeys.of(List.of(ERP, new KnownKey("erp", Digests.sha256Hex("x"), Scopes.NONE, 1))))
                .hasMessageContaining("unique");
    }

    @Test
    void aDigestThatIsNoneIsRefusedWithoutBeingShown() {
        assertThatThrownBy(() -> new KnownKey("erp", KEY, Scopes.NONE, 1))
                .hasMessageContaining("64 lower-case")
                .hasMessageNotContaining("sEcReT");
    }
}
