package app.rcommerce.gateway.config;

import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.config.table.ConfigReader;
import app.rcommerce.gateway.config.table.ConfigReader.Result;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class RouteTableTest {

    @Test
    void everyRouteIsALineOfAlignedColumns() {
        Result result = ConfigReader.read(Path.of("src/test/resources/config/good/gateway.toml"), variable -> null);

        assertThat(RouteTable.of(((Result.Loaded) result).config())).isEqualTo("""
                NAME             HOSTS  METHODS   PATH                 AUTH                      LIMITS                        CACHE      HANDLER
                products         *      GET,HEAD  /api/v1/products/**  optional (products:read)  flood,anonymous,user,api_key  5m shared  commerce
                everything-else  *      *         /**                  none                      flood,anonymous               -          commerce
                """);
    }
}
