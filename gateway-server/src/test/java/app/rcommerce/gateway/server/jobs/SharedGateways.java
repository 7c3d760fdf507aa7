package app.rcommerce.gateway.server.jobs;

import app.rcommerce.gateway.server.redis.DelayingProxy;
import app.rcommerce.gateway.server.redis.RedisServer;
import app.rcommerce.gateway.server.redis.RedisServers;
import app.rcommerce.gateway.server.testing.Shop;
import app.rcommerce.gateway.server.testing.TestGateway;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Gateways on one Redis, each by a way of its own, which can be slow and can break. */
final class SharedGateways implements AutoCloseable {

    private final RedisServer redis;
    private final List<DelayingProxy> ways = new ArrayList<>();
    private final List<TestGateway> gateways = new ArrayList<>();

    /** No gateways yet, and a Redis with these arguments that is still to be started. */
    SharedGateways(String... arguments) {
        redis = RedisServers.own(arguments);
    }

    RedisServer redis() {
        return redis;
    }

    /** The way of the gateway that was started first. */
    DelayingProxy firstWay() {
        return ways.getFirst();
    }

    /** One more gateway, with these upstreams, queues and routes. */
    TestGateway start(String config) throws IOException {
        DelayingProxy way = new DelayingProxy(redis.port());
        ways.add(way);
        TestGateway gateway = TestGateway.start("""
                [server]
                listen = ["127.0.0.1:0"]
                workers = 2
                shutdown_grace = "2s"
                [server.admin]
                listen = "127.0.0.1:0"
                [cache]
                cache_type = "Redis"
                nodes_file = "none"
                [cache.redis]
                port = %d
                """.formatted(way.port()) + config);
        gateways.add(gateway);
        Shop.awaitStore(gateway);
        return gateway;
    }

    @Override
    public void close() throws Exception {
        for (TestGateway gateway : gateways) {
            gateway.close();
        }
        for (DelayingProxy way : ways) {
            way.close();
        }
        redis.close();
    }
}
