package app.rcommerce.gateway.config.read;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** Which table has which keys, to tell where a misplaced key belongs. Stateless; safe for any thread. */
final class Tables {

    /** More places than these are no help. */
    private static final int MOST = 3;

    private static final Pattern NAMED = Pattern.compile("(limits|upstreams|queues)\\.[^.]+(.*)");
    private static final Pattern LISTED = Pattern.compile("(routes|auth\\.api_keys|access\\.bans)[.\\[][^.]+(.*)");

    private static final Pattern ELEMENT = Pattern.compile("(server|server\\.tls)\\.([a-z_]+)\\[\\d+]");

    private static final Map<String, Set<String>> KEYS = new LinkedHashMap<>();

    static {
        table("the file itself", "include server cache auth access limits upstreams queues routes");
        table(
                "[server]",
                "listen redirect_to_https workers transport reuse_port trusted_proxies max_request_body max_request_line max_header_size"
                        + " max_fields max_cookie_crumbs max_connections max_connections_per_address header_timeout body_timeout min_rate"
                        + " max_request_time idle_timeout shutdown_delay shutdown_grace access_log log_format log_level"
                        + " request_ids http2 tls admin");
        table("listen of [server]", "address tls h2c proxy_protocol");
        table("redirect_to_https of [server]", "address port proxy_protocol");
        table(
                "[server.tls]",
                "certificates min_version client_certificates client_ca client_identity hsts ticket_secret");
        table("certificates of [server.tls]", "cert key");
        table(
                "[server.http2]",
                "enabled max_concurrent_streams stream_window connection_window max_header_list_size misbehaviour");
        table("[server.admin]", "listen token");
        table(
                "[cache]",
                "enabled cache_type max_entry_size memory_size consistency near_ttl near_size nodes_at_least nodes_file websocket_records"
                        + " redis");
        table(
                "[cache.redis]",
                "host port database username password use_tls deadline command_timeout startup_wait sentinel_nodes"
                        + " sentinel_service sentinel_username sentinel_password tls pool ttl cluster keys");
        table("[cache.redis.tls]", "ca cert key");
        table("[cache.redis.pool]", "max_connections min_connections connection_timeout idle_timeout");
        table("[cache.redis.ttl]", "session rate_limit api_cache token_blacklist");
        table("[cache.redis.cluster]", "enabled nodes");
        table(
                "[cache.redis.keys]",
                "rate_limit fixed_window concurrency block_list block_ranges token_blacklist subject_cutoff api_cache"
                        + " purges nodes session websocket_session ticket_keys topic_history topic_state topics entry_tickets presence job_queue idempotency events");
        table("[auth]", "jwt session api_keys");
        table("[auth.session]", "cookie header idle absolute csrf origins known_for");
        table(
                "[auth.jwt]",
                "algorithms secret jwks_file jwks_url issuer audience clock_skew max_token_life token_types scope_claims"
                        + " bad_signatures on_store_failure cookie");
        table("[[auth.api_keys]]", "id sha256 scopes limit_multiplier");
        table("[access]", "block allow on_store_failure bans");
        table("[[access.bans]]", "name after for grows max key");
        table(
                "[limits.NAME]",
                "key applies_to when algorithm rates burst concurrency bucket mode enforce on_store_failure ban");
        table("[limits.NAME.when]", "methods path claim");
        table("[limits.NAME.ban]", "after for grows max key");
        table(
                "[upstreams.NAME]",
                "servers connect_timeout timeout idle_timeout max_connections max_connection_age"
                        + " max_connection_requests");
        table(
                "[[routes]]",
                "name path host hosts methods upstream respond redirect handler auth auth_optional strip_credentials scopes"
                        + " limits cost cache max_request_body max_request_time websocket idempotency topics history max_topics queue"
                        + " heartbeat max_message priority dedupe dedupe_for order_by verify");
        table(
                "[queues.NAME]",
                "retry concurrency rate max_jobs max_bytes max_dead lease timeout max_crashes keep durable redact journal sign");
        table("[queues.NAME.retry]", "attempts first max for");
        table("[queues.NAME.sign]", "secret");
        table("cache of [[routes]]", "ttl shared max_entry_size");
        table(
                "websocket of [[routes]]",
                "max_per_address max_per_identity max_in_all messages max_message idle_timeout ping origins");
        table("verify of [[routes]]", "scheme secrets tolerance header algorithm encoding prefix");
        table("topics of [[routes]]", "name scopes channel history delivery mode presence");
        table("history of [[routes]]", "messages age");
        table("idempotency of [[routes]]", "keep max_answer max_request required in_progress on_store_failure");
        table("cost of [[routes]]", "response_header default max");
        table("respond of [[routes]]", "status body content_type");
        table("redirect of [[routes]]", "to status");
    }

    private Tables() {}

    private static void table(String name, String keys) {
        KEYS.put(name, Set.copyOf(Arrays.asList(keys.split(" "))));
    }

    /** The keys of each table, by what the table is called in messages. */
    static Map<String, Set<String>> keys() {
        return Map.copyOf(KEYS);
    }

    /** What the table at this path of a configuration is called: {@code limits.flood} is {@code [limits.NAME]}. */
    static String called(String path) {
        if (path.isEmpty()) {
            return "the file itself";
        }
        var named = NAMED.matcher(path);
        if (named.matches()) {
            return "[" + named.group(1) + ".NAME" + named.group(2) + "]";
        }
        var element = ELEMENT.matcher(path);
        if (element.matches()) {
            return element.group(2) + " of [" + element.group(1) + "]";
        }
        var listed = LISTED.matcher(path);
        if (listed.matches()) {
            String below = listed.group(2);
            String table = "[[" + listed.group(1) + "]]";
            // A table in a list, or below one, is called by its own key.
            return below.isEmpty()
                    ? table
                    : below.substring(below.lastIndexOf('.') + 1).replaceAll("\\[\\d+]", "") + " of " + table;
        }
        return "[" + path + "]";
    }

    /** The tables, other than the one at the path, that have this key; none where there are too many to be a help. */
    static List<String> with(String key, String path) {
        String here = called(path);
        List<String> others = KEYS.entrySet().stream()
                .filter(table ->
                        table.getValue().contains(key) && !table.getKey().equals(here))
                .map(Map.Entry::getKey)
                .toList();
        return others.size() > MOST ? List.of() : others;
    }
}
