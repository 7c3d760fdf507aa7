package app.rcommerce.gateway.config.read;

import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.config.Sizes;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FormsTest {

    @ParameterizedTest
    @CsvSource({"0B,0", "512B,512", "16KB,16384", "50MB,52428800", "2GB,2147483648", "8388608GB,9007199254740992"})
    void sizesAreInPowersOf1024(String text, long bytes) {
        assertThat(Sizes.parse(text)).isEqualTo(bytes);
        assertThat(Sizes.format(bytes)).isEqualTo(text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "B", "1", "1 KB", "1kb", "-1B", "1.5MB", "8388609GB", "99999999999999999999B", "1TB"})
    void whatIsNoSizeIsRefused(String text) {
        assertThat(Sizes.parse(text)).isEqualTo(-1);
    }

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1:80,127.0.0.1:80",
        "h,h:9",
        "a-b.example.com:0,a-b.example.com:0",
        "my_host:1,my_host:1",
        "[::1]:80,[::1]:80",
        "[2001:DB8:0::1],[2001:db8::1]:9",
        "h:65535,h:65535"
    })
    void endpointsAreAHostAndAPort(String text, String endpoint) {
        assertThat(HostPort.parse(text, 9)).hasToString(endpoint);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ":",
                ":80",
                "h:",
                "h:65536",
                "h:-1",
                "h:1x",
                "::1",
                "[::1",
                "[h]:1",
                "[::1]x:1",
                "[127.0.0.1]:1",
                "256.0.0.1:1",
                "1.2.3:1",
                "h/:1",
                "u@h:1",
                "a..b:1",
                "-a:1",
                "h:1:2",
                "h h:1",
                "[::1%eth0]:1"
            })
    void whatIsNoEndpointIsRefused(String text) {
        assertThat(HostPort.parse(text, 9)).isNull();
    }

    @ParameterizedTest
    @CsvSource({"127.0.0.1,true", "127.1.2.3,true", "::1,true", "localhost,true", "0.0.0.0,false", "::,false", "h,false"
    })
    void loopbackIsWhatOnlyThisMachineReaches(String host, boolean loopback) {
        assertThat(new HostPort(host, 1).isLoopback()).isEqualTo(loopback);
    }

    @ParameterizedTest
    @CsvSource({"rate,rates", "rtaes,rates", "Rates,rates", "trusted_proxy,trusted_proxies", "xyz,", "r,"})
    void theNearestWordIsTheOneMeant(String typed, String meant) {
        assertThat(Nearest.of(typed, List.of("key", "rates", "mode", "trusted_proxies")))
                .isEqualTo(meant);
    }
}
