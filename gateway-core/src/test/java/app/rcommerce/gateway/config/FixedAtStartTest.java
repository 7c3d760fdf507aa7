package app.rcommerce.gateway.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import app.rcommerce.gateway.config.FixedAtStart.Pending;
import app.rcommerce.gateway.config.table.ConfigReader;
import app.rcommerce.gateway.job.QueueRule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FixedAtStartTest {

    @TempDir
    private Path folder;

    /** A configuration with Redis, a key of which is set: its last part in the table that the others name. */
    private GatewayConfig config(String key, String value) throws IOException {
        int dot = key.lastIndexOf('.');
        StringBuilder text = new StringBuilder();
        text.append("[cache]\ncache_type = \"Redis\"\n[upstreams.u]\nservers = [\"http://h\"]\n");
        text.append("[[routes]]\nname = \"all\"\npath = \"/**\"\nupstream = \"u\"\n");
        if (dot > 0) {
            String table = key.substring(0, dot);
            String set = key.substring(dot + 1) + " = " + value + "\n";
            if (table.equals("cache")) {
                text.insert("[cache]\n".length(), set);
            } else {
                text.append('[').append(table).append("]\n").append(set);
            }
            if (table.equals("cache.redis.cluster")) {
                text.append("enabled = true\n");
            } else if (key.equals("cache.redis.sentinel_nodes")) {
                text.append("sentinel_service = \"shop\"\n");
            }
        }
        Path file = Files.writeString(folder.resolve("gateway.toml"), text);
        return switch (ConfigReader.read(file, name -> null)) {
            case ConfigReader.Result.Loaded loaded -> loaded.config();
            case ConfigReader.Result.Rejected rejected -> throw new AssertionError(rejected.problems() + "\n" + text);
        };
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "server.listen | [\"127.0.0.1:0\"] | [127.0.0.1:8080] | [127.0.0.1:0]",
                "server.redirect_to_https | [\"127.0.0.1:0\"] | [] | [127.0.0.1:0]",
                "server.workers | 3 | 0 | 3",
                "server.transport | \"nio\" | auto | nio",
                "server.reuse_port | true | false | true",
                "server.max_connections | 9 | 0 | 9",
                "server.admin.listen | \"127.0.0.1:7\" | 127.0.0.1:9901 | 127.0.0.1:7",
                "server.admin.token | \"a-token-of-ones-own\" | none | (secret)",
                "server.http2.enabled | false | true | false",
                "cache.memory_size | \"1MB\" | \"64MB\" | \"1MB\"",
                "cache.near_ttl | \"1s\" | 500ms | 1s",
                "cache.near_size | \"1MB\" | \"32MB\" | \"1MB\"",
                "cache.consistency | \"strict\" | near | strict",
                "cache.websocket_records | \"none\" | hash | none",
                "cache.nodes_file | \"none\" | \"\" | \"none\"",
                "cache.redis.host | \"other\" | \"127.0.0.1\" | \"other\"",
                "cache.redis.port | 7 | 6379 | 7",
                "cache.redis.database | 2 | 0 | 2",
                "cache.redis.username | \"me\" | \"\" | \"me\"",
                "cache.redis.password | \"hush\" | none | (secret)",
                "cache.redis.use_tls | true | false | true",
                "cache.redis.deadline | \"30ms\" | 25ms | 30ms",
                "cache.redis.command_timeout | \"2s\" | 1s | 2s",
                "cache.redis.startup_wait | \"1s\" | 5s | 1s",
                "cache.redis.pool.max_connections | 7 | 20 | 7",
                "cache.redis.pool.min_connections | 1 | 5 | 1",
                "cache.redis.pool.connection_timeout | 1 | 5s | 1s",
                "cache.redis.pool.idle_timeout | 1 | 5m | 1s",
                "cache.redis.ttl.session | 90 | 1h | 90s",
                "cache.redis.ttl.rate_limit | 90 | 1m | 90s",
                "cache.redis.cluster.nodes | [\"redis://a:1\"] | [] | [redis://a:1]",
                "cache.redis.keys.api_cache | \"replies:{key}\" | \"api:cache:{key}\" | \"replies:{key}\"",
            })
    void aKeyThatIsFixedKeepsItsValueAndIsNamedWithBoth(String key, String value, String old, String now)
            throws IOException {
        GatewayConfig inForce = config("", "");
        GatewayConfig read = config(key, value);

        assertThat(FixedAtStart.pending(inForce, read)).containsExactly(new Pending(key, old, now));

        GatewayConfig kept = FixedAtStart.kept(inForce, read);
        assertThat(kept.server()).isEqualTo(inForce.server());
        assertThat(kept.cache()).isEqualTo(inForce.cache());
        assertThat(FixedAtStart.pending(inForce, kept)).isEmpty();
    }

    @Test
    void sentinelsAreFixedTogether() throws IOException {
        GatewayConfig inForce = config("", "");
        GatewayConfig read = config("cache.redis.sentinel_nodes", "[\"redis://a:1\"]");

        assertThat(FixedAtStart.pending(inForce, read))
                .extracting(Pending::key)
                .containsExactly(
                        "cache.redis.sentinel_nodes", "cache.redis.sentinel_service", "cache.redis.sentinel_username");
        assertThat(FixedAtStart.kept(inForce, read).cache()).isEqualTo(inForce.cache());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "server.trusted_proxies | [\"10.0.0.0/8\"]",
                "server.max_request_body | \"1MB\"",
                "server.max_request_line | \"1KB\"",
                "server.max_header_size | \"1KB\"",
                "server.max_fields | 50",
                "server.max_cookie_crumbs | 30",
                "server.http2.max_concurrent_streams | 50",
                "server.http2.stream_window | \"128KB\"",
                "server.http2.connection_window | \"2MB\"",
                "server.http2.max_header_list_size | \"8KB\"",
                "server.http2.misbehaviour | \"1/1s\"",
                "server.header_timeout | \"1s\"",
                "server.body_timeout | \"1s\"",
                "server.idle_timeout | \"1s\"",
                "server.min_rate | \"1B/s\"",
                "server.max_request_time | \"1s\"",
                "server.shutdown_delay | \"1s\"",
                "server.shutdown_grace | \"1s\"",
                "server.access_log | false",
                "server.log_format | \"json\"",
                "server.log_level | \"debug\"",
                "cache.enabled | false",
                "cache.max_entry_size | \"2MB\"",
                "cache.nodes_at_least | 3",
                "cache.redis.ttl.api_cache | 9",
                "cache.redis.ttl.token_blacklist | 9",
            })
    void aKeyThatIsNotFixedTakesItsNewValue(String key, String value) throws IOException {
        GatewayConfig inForce = config("", "");
        GatewayConfig read = config(key, value);

        assertThat(FixedAtStart.pending(inForce, read)).isEmpty();

        GatewayConfig kept = FixedAtStart.kept(inForce, read);
        assertThat(kept).isEqualTo(read).isNotEqualTo(inForce);
    }

    /** Else a session that another node ends would pass until its near copy is too old: Redis is not asked to tell. */
    @Test
    void sessionsBeginAndEndWithAStartButChangeAtOnce() throws IOException {
        GatewayConfig without = config("", "");
        GatewayConfig with = config("auth.session.cookie", "\"sid\"");
        GatewayConfig other = config("auth.session.cookie", "\"other\"");

        assertThat(FixedAtStart.pending(without, with))
                .containsExactly(new Pending("auth.session", "\"absent\"", "\"present\""));
        GatewayConfig kept = FixedAtStart.kept(without, with);
        assertThat(kept.auth().session()).isNull();
        assertThat(FixedAtStart.pending(kept, with)).hasSize(1);
        assertThat(FixedAtStart.kept(with, without).auth().session())
                .isEqualTo(with.auth().session());
        assertThat(FixedAtStart.pending(with, other)).isEmpty();
        assertThat(FixedAtStart.kept(with, other)).isEqualTo(other);
    }

    @Test
    void anotherKindOfStoreIsNamedWithoutAllThatBelongsToIt() throws IOException {
        GatewayConfig redis = config("cache.redis.port", "7");
        Path file = Files.writeString(
                folder.resolve("memory.toml"),
                "[upstreams.u]\nservers = [\"http://h\"]\n[[routes]]\nname = \"all\"\npath = \"/**\"\nupstream = \"u\"\n");
        GatewayConfig memory = ((ConfigReader.Result.Loaded) ConfigReader.read(file, name -> null)).config();

        assertThat(FixedAtStart.pending(redis, memory))
                .containsExactly(new Pending("cache.cache_type", "redis", "memory"));
        assertThat(FixedAtStart.kept(redis, memory).cache()).isEqualTo(redis.cache());
        assertThat(FixedAtStart.pending(memory, redis))
                .containsExactly(new Pending("cache.cache_type", "memory", "redis"));
        assertThat(FixedAtStart.kept(memory, redis).cache()).isEqualTo(memory.cache());
    }

    private GatewayConfig queues(String tables) throws IOException {
        Path file = Files.writeString(
                folder.resolve("queues.toml"),
                "[upstreams.u]\nservers = [\"http://h\"]\n[[routes]]\nname = \"all\"\npath = \"/**\"\nupstream = \"u\"\n"
                        + tables);
        return ((ConfigReader.Result.Loaded) ConfigReader.read(file, name -> null)).config();
    }

    @Test
    void aQueueKeepsItsJournalAndANewOneBringsItsOwn() throws IOException {
        GatewayConfig inForce = queues("[queues.a]\njournal = \"jobs\"\n[queues.b]\n");
        GatewayConfig read = queues(
                "[queues.a]\nconcurrency = 3\n[queues.b]\njournal = \"jobs\"\n[queues.c]\njournal = \"others\"\n");

        assertThat(FixedAtStart.pending(inForce, read))
                .containsExactly(
                        new Pending("queues.a.journal", "\"jobs\"", "none"),
                        new Pending("queues.b.journal", "none", "\"jobs\""));
        GatewayConfig kept = FixedAtStart.kept(inForce, read);
        assertThat(kept.queues().values())
                .extracting(QueueRule::name, QueueRule::journal, QueueRule::concurrency)
                .containsExactly(tuple("a", "jobs", 3), tuple("b", null, 8), tuple("c", "others", 8));
    }

    @Test
    void aKeyIsNamedWithWhatRunsAndWhatTheFileSays() throws IOException {
        GatewayConfig first = config("server.listen", "[\"127.0.0.1:1\"]");
        GatewayConfig other = config("server.listen", "[\"127.0.0.1:2\"]");

        assertThat(FixedAtStart.pending(first, other).toString())
                .isEqualTo("[server.listen (runs [127.0.0.1:1], file says [127.0.0.1:2])]");
    }

    @Test
    void anotherSecretIsNamedAndNeitherIsTold() throws IOException {
        GatewayConfig first = config("cache.redis.password", "\"hush\"");
        GatewayConfig other = config("cache.redis.password", "\"whisper\"");

        assertThat(FixedAtStart.pending(first, other).toString())
                .isEqualTo("[cache.redis.password (runs another secret than the file says)]");
    }

    @Test
    void aFileThatIsChangedAwayAndBackLeavesNothingPending() throws IOException {
        GatewayConfig start = config("server.listen", "[\"127.0.0.1:1\"]");
        GatewayConfig away = config("server.listen", "[\"127.0.0.1:2\"]");
        GatewayConfig runs = FixedAtStart.kept(start, away);

        assertThat(FixedAtStart.pending(runs, away)).hasSize(1);
        assertThat(FixedAtStart.pending(runs, start)).isEmpty();
    }

    /** Whoever adds a key decides whether it is fixed, and adds it to one of the lists above. */
    @Test
    void noKeyIsForgotten() {
        assertThat(ServerConfig.class.getRecordComponents()).hasSize(27);
        assertThat(CacheConfig.class.getRecordComponents()).hasSize(11);
        assertThat(CacheConfig.RedisConfig.class.getRecordComponents()).hasSize(14);
        assertThat(CacheConfig.Pool.class.getRecordComponents()).hasSize(4);
        assertThat(CacheConfig.Ttl.class.getRecordComponents()).hasSize(4);
        assertThat(CacheConfig.KeyTemplates.class.getRecordComponents()).hasSize(21);
    }
}
