package app.rcommerce.gateway.config.table;

import app.rcommerce.gateway.config.Secret;
import app.rcommerce.gateway.config.Written;
import app.rcommerce.gateway.config.handler.WebhookSecretsReader;
import app.rcommerce.gateway.config.read.Form;
import app.rcommerce.gateway.config.read.Names;
import app.rcommerce.gateway.config.read.Section;
import app.rcommerce.gateway.job.Pace;
import app.rcommerce.gateway.job.QueueRule;
import app.rcommerce.gateway.job.RetryPlan;
import app.rcommerce.gateway.limit.Rate;
import app.rcommerce.gateway.time.Durations;
import app.rcommerce.gateway.webhook.WebhookSecret;
import app.rcommerce.gateway.webhook.WebhookSigner;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/** Reads {@code [queues.NAME]}. */
final class QueuesReader {

    private static final Duration MILLI = Duration.ofMillis(1);
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Duration YEAR = Duration.ofDays(366);
    private static final long TB = 1L << 40;
    private static final Form<Rate> RATE = Form.of(Rate.EXPECTED, Rate::parse);
    private static final Form<String> FIELD = Form.of(
            "the name of a member of the payload's JSON or of a header field",
            text -> text.isBlank() || text.length() > 64 ? null : text);

    private static final String KEY = "base64 of " + WebhookSigner.MIN_KEY + " to " + WebhookSigner.MAX_KEY
            + " bytes, with or without whsec_ in front";
    private static final Form<String> JOURNAL = Form.of("the path of a directory", text -> isPath(text) ? text : null);

    private QueuesReader() {}

    private static boolean isPath(String text) {
        try {
            return !text.isBlank() && !Path.of(text).toString().isEmpty();
        } catch (InvalidPathException e) {
            return false;
        }
    }

    /**
     * The queues in the order of the file.
     *
     * @param shared whether they are in Redis
     */
    static SequencedMap<String, QueueRule> read(Map<String, Section> sections, boolean shared) {
        SequencedMap<String, QueueRule> queues = new LinkedHashMap<>();
        sections.forEach((name, section) -> {
            if (section.isPresent()) {
                if (!Names.isName(name)) {
                    section.problemOf(Written.quoted(name), Names.EXPECTED);
                }
                if (name.equals(QueueRule.UPKEEP)) {
                    section.problemOf(Written.quoted(name), "another name, since this is the gateway's own queue");
                }
                queues.put(name, queue(name, section, shared));
            }
        });
        return Collections.unmodifiableSequencedMap(queues);
    }

    private static QueueRule queue(String name, Section section, boolean shared) {
        QueueRule usual = QueueRule.of(name);
        Duration timeout = section.duration("timeout", usual.timeout(), MILLI, HOUR);
        Duration lease =
                section.duration("lease", longer(usual.lease(), timeout.multipliedBy(2)), SECOND, Duration.ofDays(1));
        if (lease.compareTo(timeout) <= 0) {
            section.problem(
                    "lease",
                    "longer than timeout, " + Durations.format(timeout)
                            + ", or two workers would have a job at the same time");
        }
        boolean durable = section.flag("durable", false);
        if (durable && !shared) {
            section.problem("durable", "false, since cache_type = \"Memory\" has no disk; journal names a directory");
        }
        return new QueueRule(
                name,
                retry(section.table("retry")),
                section.integer("concurrency", usual.concurrency(), 1, 1_000),
                pace(section),
                section.integer("max_jobs", (int) usual.maxJobs(), 1, 100_000_000),
                section.size("max_bytes", usual.maxBytes(), 1 << 10, TB),
                section.integer("max_dead", usual.maxDead(), 0, 1_000_000),
                lease,
                timeout,
                section.integer("max_crashes", usual.maxCrashes(), 0, 1_000),
                section.duration("keep", usual.kept(), Duration.ZERO, YEAR),
                durable,
                section.texts("redact", FIELD),
                journal(section, shared),
                signer(section));
    }

    private static @Nullable String journal(Section section, boolean shared) {
        String journal = section.text("journal", JOURNAL);
        if (journal != null && shared) {
            section.problem("journal", "none, since cache_type = \"Redis\" keeps queues; durable waits for its disk");
        }
        return journal;
    }

    private static @Nullable Pace pace(Section section) {
        Rate rate = section.text("rate", RATE);
        return rate == null ? null : new Pace(rate.text(), rate.quota(), rate.window());
    }

    /** Reads {@code sign}; its secret may be a list, with which recipients change theirs without a gap. */
    private static @Nullable WebhookSigner signer(Section section) {
        if (!section.has("sign")) {
            return null;
        }
        // Who takes it for a text has perhaps written the secret there.
        section.keepSecret("sign");
        Section sign = section.table("sign", "{ secret = \"${WEBHOOK_SIGNING_SECRET}\" }");
        if (!sign.isPresent()) {
            return null;
        }
        List<WebhookSecret> secrets =
                sign.isList("secret") ? WebhookSecretsReader.read(sign, "secret", QueuesReader::isKey, KEY) : one(sign);
        return secrets.isEmpty() ? null : new WebhookSigner(secrets);
    }

    private static List<WebhookSecret> one(Section sign) {
        Secret found = sign.secret("secret");
        WebhookSecret secret = new WebhookSecret(found == null ? "" : found.value());
        if (isKey(secret)) {
            return List.of(secret);
        }
        if (!sign.isFaulty("secret")) {
            sign.problem("secret", KEY);
        }
        return List.of();
    }

    private static boolean isKey(WebhookSecret secret) {
        byte[] key = secret.decoded();
        return key != null && key.length >= WebhookSigner.MIN_KEY && key.length <= WebhookSigner.MAX_KEY;
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) >= 0 ? one : other;
    }

    private static RetryPlan retry(Section retry) {
        RetryPlan usual = RetryPlan.DEFAULT;
        Duration first = retry.duration("first", usual.first(), MILLI, YEAR);
        Duration max = retry.duration("max", longer(usual.max(), first), MILLI, YEAR);
        if (max.compareTo(first) < 0) {
            retry.problem("max", "at least as long as first, " + Durations.format(first));
        }
        return new RetryPlan(
                retry.integer("attempts", usual.attempts(), 0, 1_000),
                first,
                max,
                retry.duration("for", usual.within(), SECOND, YEAR));
    }
}
