package app.rcommerce.gateway.policy.reply;

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
import app.rcommerce.gateway.policy.Ask;
import app.rcommerce.gateway.policy.CacheLookup;
import app.rcommerce.gateway.policy.Call;
import app.rcommerce.gateway.policy.Denial;
import app.rcommerce.gateway.policy.Policy;
import app.rcommerce.gateway.policy.Telemetry;
import app.rcommerce.gateway.policy.Verdict;
import app.rcommerce.gateway.route.Handler.CacheRule;
import app.rcommerce.gateway.store.StoreUnavailable;
import app.rcommerce.gateway.store.near.NearReplies;
import app.rcommerce.gateway.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Replies with a stored reply where one may be used (RFC 9111 §4). A store that cannot be asked counts as a miss. */
public final class LookUpReply implements Policy {

    /**
     * The state of one look-up.
     *
     * @param rule the cache rule of the route
     * @param directives the cache directives of the request
     * @param credential whether the request carries {@code Authorization} or {@code X-API-Key}, verified or not
     * @param primary the key of the request without regard to its fields
     * @param skip the reason why the store is not asked; null where it is
     * @param answer the store's answer; null where it is not asked
     */
    private record LookUp(
            CacheRule rule,
            RequestDirectives directives,
            boolean credential,
            CacheKey primary,
            @Nullable Forward skip,
            @Nullable CompletionStage<@Nullable StoredEntry> answer) {

        CacheLookup lookup(@Nullable VaryMarker marker, @Nullable Forward why) {
            return new CacheLookup(rule, directives, credential, primary, marker, why);
        }
    }

    private final NearReplies replies;
    private final Clock clock;
    private final Telemetry telemetry;

    /** A policy that looks up in these replies. */
    public LookUpReply(NearReplies replies, Clock clock, Telemetry telemetry) {
        this.replies = replies;
        this.clock = clock;
        this.telemetry = telemetry;
    }

    /**
     * Asks the store ahead of the turn. The answer is used in the policy's turn, when it is certain that the caller may
     * have it.
     */
    @Override
    public Ask ask(Call call) {
        CacheRule rule = rule(call);
        if (rule == null) {
            return Verdict.PASS;
        }
        LookUp lookUp = lookUp(call, rule);
        return new Ask.Asked(() -> decide(call, lookUp));
    }

    @Override
    public Verdict decide(Call call) {
        CacheRule rule = rule(call);
        return rule == null ? Verdict.PASS : decide(call, lookUp(call, rule));
    }

    /** The cache rule for the call; null where its reply is not cached, as that to a WebSocket handshake never is. */
    private static @Nullable CacheRule rule(Call call) {
        return call.request().isWebSocketHandshake() ? null : call.foundRoute().cache();
    }

    private Verdict decide(Call call, LookUp lookUp) {
        CompletionStage<@Nullable StoredEntry> answer = lookUp.answer();
        if (answer == null) {
            return pass(call, lookUp, null, lookUp.skip() == null ? Forward.BYPASS : lookUp.skip());
        }
        return new Verdict.Later<>(
                answer, entry -> primaryFound(call, lookUp, entry), failure -> storeFailed(call, lookUp, failure));
    }

    private LookUp lookUp(Call call, CacheRule rule) {
        Request request = call.request();
        Headers headers = request.headers();
        RequestDirectives directives = RequestDirectives.of(headers, true);
        CacheKey primary = StoredTargets.key(call.foundRoute(), call, request.target());
        Forward skip = Reuse.skip(request.method(), directives);
        return new LookUp(
                rule,
                directives,
                headers.contains("authorization") || headers.contains("x-api-key"),
                primary,
                skip,
                skip == null ? replies.find(primary) : null);
    }

    private Verdict primaryFound(Call call, LookUp lookUp, @Nullable StoredEntry entry) {
        return switch (entry) {
            case null -> decideWith(call, lookUp, null, null, Forward.URI_MISS);
            case StoredReply reply -> decideWith(call, lookUp, null, reply, Forward.URI_MISS);
            case VaryMarker marker ->
                new Verdict.Later<>(
                        replies.find(CacheKeys.variant(
                                lookUp.primary(),
                                marker.names(),
                                marker.salt(),
                                call.request().headers())),
                        variant -> decideWith(
                                call,
                                lookUp,
                                marker,
                                variant instanceof StoredReply reply ? reply : null,
                                Forward.VARY_MISS),
                        failure -> storeFailed(call, lookUp, failure));
        };
    }

    private Verdict decideWith(
            Call call, LookUp lookUp, @Nullable VaryMarker marker, @Nullable StoredReply found, Forward miss) {
        long now = clock.millis();
        return switch (Reuse.of(found, miss, lookUp.directives(), lookUp.credential(), now)) {
            case Reuse.Serve serve -> serve(call, lookUp, serve.reply(), now);
            case Reuse.Pass pass -> pass(call, lookUp, marker, pass.why());
            case Reuse.OnlyIfCached ignored -> {
                telemetry.decided("cache", "only_if_cached");
                yield new Verdict.LocalReply(Denial.NOT_STORED.reply(call));
            }
        };
    }

    private Verdict serve(Call call, LookUp lookUp, StoredReply stored, long now) {
        telemetry.decided("cache", "hit");
        call.lookedUp(lookUp.lookup(null, null));
        Field status = new Field(
                "cache-status", CacheStatus.hit(stored.freshMillis(now)).toString());
        Field age = new Field("age", Long.toString(stored.ageSeconds(now)));
        Reply reply = Validation.notModified(stored, call.request().headers(), now)
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
        return new Verdict.LocalReply(new Reply(reply.status(), fields, reply.body()));
    }

    private Verdict pass(Call call, LookUp lookUp, @Nullable VaryMarker marker, Forward why) {
        telemetry.decided("cache", why.token());
        call.lookedUp(lookUp.lookup(marker, why));
        return Verdict.PASS;
    }

    private Verdict storeFailed(Call call, LookUp lookUp, Throwable failure) {
        if (!(failure instanceof StoreUnavailable)) {
            telemetry.decided("cache", "error");
        }
        return decideWith(call, lookUp, null, null, Forward.MISS);
    }
}
