package app.rcommerce.gateway.benchmarks.peers.spring;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.cloud.gateway.filter.ratelimit.KeyResolver;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Primary;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/** Spring Cloud Gateway with the filters of the comparison; what it does is in the YAML file of the scenario. */
@SpringBootApplication
public class SpringPeer {

    public static void main(String[] arguments) {
        SpringApplication.run(SpringPeer.class, arguments);
    }

    /** The caller's bucket of a minute. Buckets of one route share a key unless the resolver tells them apart. */
    @Bean
    @Primary
    KeyResolver minute() {
        return exchange -> Mono.just(caller(exchange) + ":minute");
    }

    /** The caller's bucket of an hour. */
    @Bean
    KeyResolver hour() {
        return exchange -> Mono.just(caller(exchange) + ":hour");
    }

    private static String caller(ServerWebExchange exchange) {
        String caller = exchange.getAttribute(AccessGatewayFilterFactory.CALLER);
        return caller != null ? caller : "ip:" + AccessGatewayFilterFactory.address(exchange);
    }
}
