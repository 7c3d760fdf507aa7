package app.rcommerce.gateway.policy;

import app.rcommerce.gateway.cache.CacheKey;
import app.rcommerce.gateway.cache.CacheKeys;
import app.rcommerce.gateway.cache.CacheStatus;
import app.rcommerce.gateway.cache.CacheStatus.Forward;
import app.rcommerce.gateway.cache.RequestDirectives;
import app.rcommerce.gateway.cache.Reuse;
import app.rcommerce.gateway.cache.StoredEntry;
import app.rcommerce.gateway.cache.StoredReply;
import app.rcommerce.gateway.cache.Validation;
import app.rcommerce.gateway.cache.VaryMarker;
import app.rcommerce.gateway.http.Field;
import app.rcommerce.gateway.http.Headers;
import app.rcommerce.gateway.http.Reply;
import app.rcommerce.gateway.http.Request;
import app.rcommerce.gateway.route.Route.CacheRule;
import app.rcommerce.gateway.store.ReplyStore;
import app.rcommerce.gateway.store.StoreUnavailable;
import app.rcommerce.gateway.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Answers from the store what may be answered from it (RFC 9111 §4). A store that cannot be asked is a miss. */
final class LookUpReply implements Policy {

    private final ReplyStore store;
    private final Clock clock;
    private final Telemetry telemetry;

    LookUpReply(ReplyStore store, Clock clock, Telemetry telemetry) {
        this.store = store;
        this.clock = clock;
        this.telemetry = telemetry;
    }

    /** What all steps of one look-up know. */
    private record Asked(
            Call call, CacheRule rule, RequestDirectives directives, boolean credential, CacheKey primary) {

        CacheLookup lookup(@Nullable Forward why) {
            return new CacheLookup(rule, directives, credential, primary, why);
        }
    }

    @Override
    public Verdict decide(Call call) {
        CacheRule rule = call.plan().route().cache();
        if (rule == null) {
            return Verdict.PASS;
        }
        Request request = call.request();
        Headers headers = request.headers();
        Asked asked = new Asked(
                call,
                rule,
                RequestDirectives.of(headers, true),
                headers.contains("authorization") || headers.contains("x-api-key"),
                CacheKeys.primary(call.plan().route().name(), addressed(call), request.target()));
        Forward skip = Reuse.skip(request.method(), asked.directives());
        if (skip != null) {
            return pass(asked, skip);
        }
        return new Verdict.Later<>(
                store.get(asked.primary()),
                bytes -> primaryFound(asked, decode(bytes)),
                failure -> storeFailed(asked, failure));
    }

    /**
     * How the upstream sees itself addressed: all of it is part of the key, or a client could choose the links in
     * everybody's reply. What a trusted proxy says of host, port and scheme is passed on, so it counts too.
     */
    private static List<@Nullable String> addressed(Call call) {
        String authority = call.request().authority();
        if (!call.peerTrusted()) {
            return List.of(authority);
        }
        Headers headers = call.request().headers();
        return Arrays.asList(
                authority,
                headers.joined("x-forwarded-proto"),
                headers.joined("x-forwarded-host"),
                headers.joined("x-forwarded-port"));
    }

    private static @Nullable StoredEntry decode(byte @Nullable [] bytes) {
        return bytes == null ? null : StoredEntry.decode(bytes);
    }

    private Verdict primaryFound(Asked asked, @Nullable StoredEntry entry) {
        return switch (entry) {
            case null -> decideWith(asked, null, Forward.URI_MISS);
            case StoredReply reply -> decideWith(asked, reply, Forward.URI_MISS);
            case VaryMarker marker -> new Verdict.Later<>(
                    store.get(CacheKeys.variant(asked.primary(), marker.names(), asked.call().request().headers())),
                    bytes -> decideWith(
                            asked, decode(bytes) instanceof StoredReply reply ? reply : null, Forward.VARY_MISS),
                    failure -> storeFailed(asked, failure));
        };
    }

    private Verdict decideWith(Asked asked, @Nullable StoredReply found, Forward miss) {
        long now = clock.millis();
        return switch (Reuse.of(found, miss, asked.directives(), asked.credential(), now)) {
            case Reuse.Serve serve -> serve(asked, serve.reply(), now);
            case Reuse.Pass pass -> pass(asked, pass.why());
            case Reuse.OnlyIfCached ignored -> {
                telemetry.decided("cache", "only_if_cached");
                yield new Verdict.Answer(Denial.NOT_STORED.reply(asked.call()));
            }
        };
    }

    private Verdict serve(Asked asked, StoredReply stored, long now) {
        telemetry.decided("cache", "hit");
        asked.call().lookedUp(asked.lookup(null));
        Field status = new Field("cache-status", CacheStatus.hit(stored.freshMillis(now)).toString());
        Field age = new Field("age", Long.toString(stored.ageSeconds(now)));
        Reply reply = Validation.notModified(stored, asked.call().request().headers(), now)
                ? Validation.notModifiedReply(stored, now)
                : new Reply(stored.status(), stored.fields().fields(), stored.body());
        List<Field> fields = new ArrayList<>(reply.fields().size() + 2);
        for (Field field : reply.fields()) {
            if (!field.name().equalsIgnoreCase("age")) {
                fields.add(field);
            }
        }
        fields.add(age);
        fields.add(status);
        return new Verdict.Answer(new Reply(reply.status(), fields, reply.body()));
    }

    private Verdict pass(Asked asked, Forward why) {
        telemetry.decided("cache", why.token());
        asked.call().lookedUp(asked.lookup(why));
        return Verdict.PASS;
    }

    private Verdict storeFailed(Asked asked, Throwable failure) {
        if (!(failure instanceof StoreUnavailable)) {
            telemetry.decided("cache", "error");
        }
        return decideWith(asked, null, Forward.URI_MISS);
    }
}
