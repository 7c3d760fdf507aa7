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
import app.rcommerce.gateway.route.Handler.CacheRule;
import app.rcommerce.gateway.store.NearReplies;
import app.rcommerce.gateway.store.StoreUnavailable;
import app.rcommerce.gateway.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Answers from the store what may be answered from it (RFC 9111 §4). A store that cannot be asked is a miss. */
final class LookUpReply implements Policy {

    private final NearReplies replies;
    private final Clock clock;
    private final Telemetry telemetry;

    LookUpReply(NearReplies replies, Clock clock, Telemetry telemetry) {
        this.replies = replies;
        this.clock = clock;
        this.telemetry = telemetry;
    }

    @Override
    public Verdict decide(Call call) {
        CacheRule rule = call.plan().route().cache();
        if (rule == null) {
            return Verdict.PASS;
        }
        ReplyQuestion asked = ask(call);
        CompletionStage<@Nullable StoredEntry> answer = asked.answer();
        if (answer == null) {
            return pass(call, asked, null, asked.skip() == null ? Forward.BYPASS : asked.skip());
        }
        return new Verdict.Later<>(
                answer, entry -> primaryFound(call, asked, entry), failure -> storeFailed(call, asked, failure));
    }

    /** Asks the store, once for each call; the route has to be one that caches. */
    ReplyQuestion ask(Call call) {
        ReplyQuestion asked = call.replyQuestion();
        if (asked == null) {
            asked = question(call, Objects.requireNonNull(call.plan().route().cache(), "the route caches"));
            call.askedForReply(asked);
        }
        return asked;
    }

    private ReplyQuestion question(Call call, CacheRule rule) {
        Request request = call.request();
        Headers headers = request.headers();
        RequestDirectives directives = RequestDirectives.of(headers, true);
        CacheKey primary = StoredTargets.key(call.plan().route(), call, request.target());
        Forward skip = Reuse.skip(request.method(), directives);
        return new ReplyQuestion(
                rule,
                directives,
                headers.contains("authorization") || headers.contains("x-api-key"),
                primary,
                skip,
                skip == null ? replies.find(primary) : null);
    }

    private Verdict primaryFound(Call call, ReplyQuestion asked, @Nullable StoredEntry entry) {
        return switch (entry) {
            case null -> decideWith(call, asked, null, null, Forward.URI_MISS);
            case StoredReply reply -> decideWith(call, asked, null, reply, Forward.URI_MISS);
            case VaryMarker marker ->
                new Verdict.Later<>(
                        replies.find(CacheKeys.variant(
                                asked.primary(),
                                marker.names(),
                                marker.salt(),
                                call.request().headers())),
                        variant -> decideWith(
                                call,
                                asked,
                                marker,
                                variant instanceof StoredReply reply ? reply : null,
                                Forward.VARY_MISS),
                        failure -> storeFailed(call, asked, failure));
        };
    }

    private Verdict decideWith(
            Call call, ReplyQuestion asked, @Nullable VaryMarker marker, @Nullable StoredReply found, Forward miss) {
        long now = clock.millis();
        return switch (Reuse.of(found, miss, asked.directives(), asked.credential(), now)) {
            case Reuse.Serve serve -> serve(call, asked, serve.reply(), now);
            case Reuse.Pass pass -> pass(call, asked, marker, pass.why());
            case Reuse.OnlyIfCached ignored -> {
                telemetry.decided("cache", "only_if_cached");
                yield new Verdict.Answer(Denial.NOT_STORED.reply(call));
            }
        };
    }

    private Verdict serve(Call call, ReplyQuestion asked, StoredReply stored, long now) {
        telemetry.decided("cache", "hit");
        call.lookedUp(asked.lookup(null, null));
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
        return new Verdict.Answer(new Reply(reply.status(), fields, reply.body()));
    }

    private Verdict pass(Call call, ReplyQuestion asked, @Nullable VaryMarker marker, Forward why) {
        telemetry.decided("cache", why.token());
        call.lookedUp(asked.lookup(marker, why));
        return Verdict.PASS;
    }

    private Verdict storeFailed(Call call, ReplyQuestion asked, Throwable failure) {
        if (!(failure instanceof StoreUnavailable)) {
            telemetry.decided("cache", "error");
        }
        return decideWith(call, asked, null, null, Forward.URI_MISS);
    }
}
