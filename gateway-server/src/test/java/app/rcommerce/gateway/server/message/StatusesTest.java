package app.rcommerce.gateway.server.message;

import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.policy.Denial;
import app.rcommerce.gateway.server.message.Failure.Kind;
import app.rcommerce.gateway.server.message.Failure.Source;
import app.rcommerce.gateway.server.message.Statuses.ErrorStatus;
import app.rcommerce.gateway.server.message.Statuses.Fault;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class StatusesTest {

    @ParameterizedTest
    @CsvSource({
        "CLIENT, TIMEOUT, 408, REQUEST_TIMEOUT",
        "CLIENT, OVERLOAD, 408, REQUEST_TIMEOUT",
        "UPSTREAM, CONNECT, 502, UPSTREAM_UNREACHABLE",
        "UPSTREAM, RESET, 502, UPSTREAM_ERROR",
        "UPSTREAM, PROTOCOL, 502, UPSTREAM_ERROR",
        "UPSTREAM, TIMEOUT, 504, UPSTREAM_TIMEOUT",
        "UPSTREAM, OVERLOAD, 503, OVERLOADED",
        "GATEWAY, OVERLOAD, 503, OVERLOADED",
        "GATEWAY, CONNECT, 502, UPSTREAM_UNREACHABLE",
        "GATEWAY, TIMEOUT, 500, INTERNAL_ERROR",
        "GATEWAY, RESET, 500, INTERNAL_ERROR",
        "GATEWAY, PROTOCOL, 500, INTERNAL_ERROR",
        "GATEWAY, DEFECT, 500, INTERNAL_ERROR",
    })
    void eachFailureHasItsStatusAndCode(Source source, Kind kind, int status, String code) {
        ErrorStatus told = Statuses.of(new Failure(source, kind, "why"));
        assertThat(told.status()).isEqualTo(status);
        assertThat(told.code()).isEqualTo(code);
        assertThat(told.message()).endsWith(".").doesNotContain("why");
    }

    @ParameterizedTest
    @EnumSource(Fault.class)
    void aRequestThatIsRefusedIsRefusedWithAnErrorAndWhatIsWrong(Fault fault) {
        ErrorStatus told = new BadRequest(fault, "What is wrong.").status();
        assertThat(told.status()).isBetween(400, 599);
        assertThat(told.code()).matches("[A-Z_]+");
        assertThat(told.message()).isEqualTo("What is wrong.");
    }

    /** A policy's defect and one of anything else look the same to clients, though they stand in two tables. */
    @Test
    void aDefectIsToldAsThePoliciesTellIt() {
        ErrorStatus told = Statuses.of(new Failure(Source.GATEWAY, Kind.DEFECT, "why"));
        assertThat(told)
                .isEqualTo(new ErrorStatus(
                        Denial.INTERNAL_ERROR.status(), Denial.INTERNAL_ERROR.code(), Denial.INTERNAL_ERROR.message()));
    }
}
