package app.rcommerce.gateway.job.forward;

import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.job.JobForm;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StoredVerificationTest {

    /** Others put jobs into queues too, and what they write there becomes a field of a request. */
    @ParameterizedTest
    @CsvSource({"'stripe; at=2026-01-01T00:00:00Z', 'stripe; at=2026-01-01T00:00:00Z'", "'a\\r\\nB: c', ''", "'', ''"})
    void whatProvedTheSenderIsReadWhereAFieldCanHoldIt(String written, String read) {
        StoredRequest request = StoredRequest.read(Objects.requireNonNull(
                JobForm.read("{\"payload\":{\"target\":\"/\",\"verified\":\"" + written + "\"}}")));

        assertThat(Objects.requireNonNull(request).verified()).isEqualTo(read);
    }
}
