package app.rcommerce.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

class FieldClassesTest {

    private static List<String> classed() {
        List<String> names = new ArrayList<>();
        names.addAll(FieldClasses.SET_BY_US);
        names.addAll(FieldClasses.DROPPED);
        names.addAll(FieldClasses.ADDRESS_CLAIMS);
        names.addAll(FieldClasses.CLIENT_CLAIMS);
        names.addAll(List.of("x-forwarded-prefix", "x-original-url", "x-envoy-original-path", "x-ssl-client-dn"));
        return names;
    }

    /** The look at two letters must let every name through that a class holds, in every case and as an alias. */
    @Test
    void noNameOfAClassIsOverlooked() {
        for (String name : classed()) {
            for (String spelled : List.of(name, name.toUpperCase(Locale.ROOT), name.replace('-', '_'))) {
                assertThat(FieldClasses.mayBeClassed(spelled)).as(spelled).isTrue();
            }
            assertThat(FieldClasses.isSetByUs(name) || FieldClasses.isDropped(name) || FieldClasses.isClaim(name))
                    .as(name)
                    .isTrue();
            assertThat(name.contains("-") && !FieldClasses.isAlias(name.replace('-', '_')))
                    .as("an alias of " + name)
                    .isFalse();
            assertThat(FieldClasses.isRemovable(name)).as(name).isFalse();
            assertThat(name).isLowerCase();
        }
    }

    @Test
    void aNameIsInOneClassOfRequestFieldsOnly() {
        assertThat(classed()).doesNotHaveDuplicates();
        for (String name : FieldClasses.SET_BY_US) {
            assertThat(FieldClasses.isDropped(name)).as(name).isFalse();
        }
    }

    @Test
    void whatBelongsToAConnectionIsNeitherStoredNorATrailer() {
        for (String name : FieldClasses.HOP_BY_HOP) {
            assertThat(FieldClasses.isStored(name)).as(name).isFalse();
            assertThat(FieldClasses.mayBeTrailer(name)).as(name).isFalse();
        }
        for (String name : List.of("content-length", "transfer-encoding", "set-cookie", "authorization", "host")) {
            assertThat(FieldClasses.mayBeTrailer(name)).as(name).isFalse();
        }
        for (String name : List.of("digest", "server-timing", "x-checksum", "etag")) {
            assertThat(FieldClasses.mayBeTrailer(name)).as(name).isTrue();
        }
    }
}
