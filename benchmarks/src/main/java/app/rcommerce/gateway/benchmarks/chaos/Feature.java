package app.rcommerce.gateway.benchmarks.chaos;

import app.rcommerce.gateway.benchmarks.testbed.Client;
import app.rcommerce.gateway.benchmarks.testbed.Token;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The features of the gateway that are asked for all the time. Those that take a new caller each time must ask Redis
 * each time.
 */
enum Feature {
    PLAIN("nothing shared", "one caller"),
    LOCAL("limit, `local`", "new callers"),
    ALLOW("limit, `allow`", "new callers"),
    DENY("limit, `deny`", "new callers"),
    OVER("limit, `local`, exceeded", "one caller at five times its 20/second"),
    HELD("requests in flight, `local`", "one caller"),
    BLOCKED("block list", "one blocked caller"),
    REVOKED("revocation", "one revoked token"),
    TOKEN("revocation", "new good tokens"),
    CACHED("cached replies", "50 paths");

    /** Who is blocked from the beginning. */
    static final String BLOCKED_ADDRESS = "10.99.0.1";

    /** Which token is revoked from the beginning. */
    static final String REVOKED_ID = "revoked-from-the-beginning";

    private static final String REVOKED_TOKEN = Token.field(REVOKED_ID, "eve");

    private final String text;
    private final String callers;
    private final AtomicInteger count = new AtomicInteger();

    Feature(String text, String callers) {
        this.text = text;
        this.callers = callers;
    }

    String text() {
        return text;
    }

    String callers() {
        return callers;
    }

    /** The address of the caller at the number, for features that take a new one each time. */
    String address(int number) {
        return "10." + (1 + ordinal()) + "." + number / 250 % 250 + "." + (1 + number % 250);
    }

    /** How many callers it has had. */
    int callersSoFar() {
        return count.get();
    }

    Client.Response ask(Client client) {
        int number = count.getAndIncrement();
        return switch (this) {
            case PLAIN -> client.get("/plain/1", from(address(0)));
            case LOCAL -> client.get("/local/1", from(address(number)));
            case ALLOW -> client.get("/allow/1", from(address(number)));
            case DENY -> client.get("/deny/1", from(address(number)));
            case OVER -> client.get("/over/1", from(address(0)));
            case HELD -> client.get("/held/1", from(address(0)));
            case BLOCKED -> client.get("/plain/1", from(BLOCKED_ADDRESS));
            case REVOKED -> client.get("/token/1", from(address(0)), REVOKED_TOKEN);
            case TOKEN -> client.get("/token/1", from(address(0)), Token.field("good-" + number, "user" + number));
            case CACHED -> client.get("/cached/" + number % 50, from(address(0)));
        };
    }

    /** The field that makes the gateway see the address as the client's. */
    static String from(String address) {
        return "X-Forwarded-For: " + address;
    }

    /** Whether the configuration asks for this answer while Redis is away, or it is what a healthy gateway gives. */
    boolean allows(int status) {
        return status >= 200 && status < 500 || (this == DENY && status == 503);
    }
}
