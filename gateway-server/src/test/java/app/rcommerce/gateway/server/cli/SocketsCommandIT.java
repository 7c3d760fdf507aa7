package app.rcommerce.gateway.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import app.rcommerce.gateway.identity.Identifier;
import app.rcommerce.gateway.server.admin.RunningAdmin;
import app.rcommerce.gateway.socket.SocketRecord;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** The command about WebSockets, against an admin port. */
class SocketsCommandIT {

    private static final String ONE = "0123456789abcdef0123456789abcdef";
    private static final String TWO = "fedcba9876543210fedcba9876543210";

    private final RunningAdmin admin = new RunningAdmin(RunningAdmin.TOKEN.replace(' ', '-'));
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @AfterEach
    void stop() {
        admin.close();
    }

    private int run(String... arguments) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        CommandLine line = GatewayCommand.line(List.of());
        line.setOut(new PrintWriter(out));
        line.setErr(new PrintWriter(err));
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--admin", admin.url(), "--token", RunningAdmin.TOKEN.replace(' ', '-')));
        return line.execute(all.toArray(String[]::new));
    }

    private void save(String id, @Nullable Identifier user, String address, String node) {
        admin.stores
                .sockets()
                .save(
                        new SocketRecord(
                                id,
                                "a1",
                                user,
                                address,
                                "live",
                                node,
                                1_767_225_600_000L,
                                1_767_225_601_000L,
                                List.of("order_updates"),
                                new SocketRecord.Passed(1, 2, 3, 4)),
                        Duration.ofHours(1));
    }

    @Test
    void socketsAreListed() {
        assertThat(run("sockets")).isZero();
        assertThat(out).hasToString("There are no sockets.\n");
        save(ONE, Identifier.user("ana"), "203.0.113.9", "web-1/42");
        save(TWO, null, "2001:db8::1", "");
        assertThat(run("sockets")).isZero();
        assertThat(out.toString())
                .startsWith("SESSION ")
                .containsPattern(ONE + " +user:ana +203\\.0\\.113\\.9 +live +web-1/42 +2026-01-01T00:00:01Z +7")
                .containsPattern(TWO + " +- +2001:db8::1 +live +- ");
        assertThat(run("sockets", "--user", "ana")).isZero();
        assertThat(out.toString()).contains(ONE).doesNotContain(TWO);
        assertThat(run("sockets", "--user", "key:erp")).isZero();
        assertThat(out).hasToString("There are no sockets.\n");
        assertThat(run("sockets", "--address", "2001:db8::1")).isZero();
        assertThat(out.toString()).contains(TWO).doesNotContain(ONE);
        assertThat(run("sockets", "--address", "::1", "--user", "ana")).isEqualTo(2);
        assertThat(err.toString()).contains("both --user and --address");
    }

    @Test
    void oneIsShown() {
        save(ONE, Identifier.user("ana"), "203.0.113.9", "web-1/42");
        assertThat(run("sockets", "show", ONE)).isZero();
        assertThat(out.toString())
                .containsPattern("user +user:ana")
                .containsPattern("subscriptions +order_updates")
                .containsPattern("messages out +4");
        assertThat(run("sockets", "show", TWO)).isEqualTo(1);
        assertThat(err.toString()).contains("No WebSocket \"" + TWO + "\" is recorded");
    }

    @Test
    void someAreClosed() {
        List<String> heard = new CopyOnWriteArrayList<>();
        admin.channel.listen("socket-close", heard::add);
        save(ONE, Identifier.user("ana"), "203.0.113.9", "web-1/42");
        assertThat(run("sockets", "close", ONE)).isZero();
        assertThat(out).hasToString("1 socket closes within about a second\n");
        assertThat(run("sockets", "close", "--user", "ben")).isZero();
        assertThat(out).hasToString("0 sockets close within about a second\n");
        assertThat(heard).containsExactly("id:" + ONE, "user:ben");
        assertThat(run("sockets", "close")).isEqualTo(2);
        assertThat(err.toString()).contains("one of ID and --user");
    }
}
