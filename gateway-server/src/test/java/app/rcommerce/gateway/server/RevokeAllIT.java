package app.rcommerce.gateway.server;

import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.server.redis.RedisServer;
import app.rcommerce.gateway.server.redis.RedisServers;
import app.rcommerce.gateway.server.testing.Leaks;
import app.rcommerce.gateway.server.testing.Nodes;
import app.rcommerce.gateway.server.testing.Shop;
import app.rcommerce.gateway.token.Tokens;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** "Revoke all of a user" on a real Redis: nobody comes back later, and nobody who signs in again is locked out. */
@Tag("redis")
@ExtendWith(Leaks.class)
class RevokeAllIT {

    private RedisServer redis;
    private Nodes nodes;

    @BeforeEach
    void start() throws Exception {
        redis = RedisServers.own();
        redis.start();
        nodes = Nodes.tracking(1, redis.port());
    }

    @AfterEach
    void stop() throws Exception {
        nodes.close();
        redis.close();
    }

    /** A token as an issuer writes it: times in whole seconds. */
    private static String token(String subject, long issuedSeconds, Duration life) {
        return "Authorization: Bearer "
                + Tokens.hs256("{\"sub\":\"" + subject + "\",\"token_type\":\"access\",\"iat\":" + issuedSeconds
                        + ",\"exp\":" + (issuedSeconds + life.toSeconds()) + "}");
    }

    private static long nowSeconds() {
        return System.currentTimeMillis() / 1000;
    }

    @Test
    void whoSignsInRightAfterwardsIsLetIn() throws Exception {
        for (int i = 0; i < 5; i++) {
            String user = "ana" + i;
            String old = token(user, nowSeconds() - 2, Duration.ofHours(1));
            nodes.isWarm(200, old);
            Shop.admin(nodes.gateway(0), "POST", "revocations", "{\"subject\":\"user:" + user + "\"}");
            String fresh = token(user, nowSeconds(), Duration.ofHours(1));
            assertThat(nodes.get(0, "/x", old).status()).isEqualTo(401);
            assertThat(nodes.get(0, "/x", fresh).status()).isEqualTo(200);
        }
    }

    @Test
    void itIsKeptAsLongAsTheLongestTokenThatWasSeen() throws Exception {
        Duration month = Duration.ofDays(30);
        String old = token("ben", nowSeconds() - 10, month);
        nodes.isWarm(200, old);
        Shop.admin(nodes.gateway(0), "POST", "revocations", "{\"subject\":\"user:ben\"}");
        assertThat((Long) redis.send("TTL", "token:cutoff:user:ben")).isGreaterThan(month.toSeconds() - 60);
        assertThat(nodes.get(0, "/x", old).status()).isEqualTo(401);
        Shop.admin(nodes.gateway(0), "POST", "revocations", "{\"token\":\"an-id\"}");
        assertThat((Long) redis.send("TTL", "token:blacklist:an-id"))
                .as("of a token whose expiry is not known")
                .isGreaterThan(month.toSeconds() - 60);
    }

    @Test
    void itIsKeptForADayAtLeast() throws Exception {
        nodes.isWarm(200, token("cid", nowSeconds(), Duration.ofMinutes(5)));
        Shop.admin(nodes.gateway(0), "POST", "revocations", "{\"subject\":\"user:cid\"}");
        assertThat((Long) redis.send("TTL", "token:cutoff:user:cid"))
                .isGreaterThan(Duration.ofHours(24).toSeconds() - 60);
    }
}
