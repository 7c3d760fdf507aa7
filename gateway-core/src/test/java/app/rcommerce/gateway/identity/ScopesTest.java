package app.rcommerce.gateway.identity;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScopesTest {

    @ParameterizedTest
    @CsvSource({
        "products:read,  products:read,  true",
        "products:read,  products:write, false",
        "products:read,  orders:read,    false",
        "products:write, products:read,  true",
        "products:write, products:write, true",
        "products:write, products:admin, false",
        "products:write, orders:read,    false",
        "products:admin, products:read,  true",
        "products:admin, products:write, true",
        "products:admin, products:admin, true",
        "products:admin, orders:read,    false",
        "products:admin, admin,          false",
        "read,           orders:read,    true",
        "read,           read,           true",
        "read,           orders:write,   false",
        "read,           orders:admin,   false",
        "write,          orders:read,    true",
        "write,          orders:write,   true",
        "write,          read,           true",
        "write,          admin,          false",
        "admin,          orders:write,   true",
        "admin,          orders:admin,   true",
        "admin,          anything,       true",
        "anything,       anything,       true",
        "anything,       other,          false",
        "orders:ship,    orders:ship,    true",
        "orders:write,   orders:ship,    false",
        "write,          orders:ship,    false",
        "a:b:write,      a:b:read,       true",
        "a:write,        a:b:read,       false",
        "READ,           a:read,         false",
        "ad,             admin,          false",
        ":read,          a:read,         false",
    })
    void aScopeIncludesWhatIsWeaker(String granted, String wanted, boolean permitted) {
        assertThat(Scopes.of(List.of(granted)).permits(wanted)).isEqualTo(permitted);
    }

    @Test
    void nothingPermitsNothing() {
        assertThat(Scopes.NONE.permits("products:read")).isFalse();
        assertThat(Scopes.NONE.permitAll(List.of())).isTrue();
        assertThat(Scopes.of(List.of())).isSameAs(Scopes.NONE);
    }

    @Test
    void everyScopeOfSeveralMustBePermitted() {
        Scopes scopes = Scopes.of(List.of("products:read", "orders:write", "products:read"));
        assertThat(scopes.granted()).isEqualTo(Set.of("products:read", "orders:write"));
        assertThat(scopes.permitAll(List.of("products:read", "orders:read"))).isTrue();
        assertThat(scopes.permitAll(List.of("products:read", "products:write"))).isFalse();
    }
}
