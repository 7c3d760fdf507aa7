package app.rcommerce.gateway.webhook;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import app.rcommerce.gateway.http.FieldList;
import app.rcommerce.gateway.http.Headers;
import app.rcommerce.gateway.webhook.BodySignature.Algorithm;
import app.rcommerce.gateway.webhook.BodySignature.Encoding;
import app.rcommerce.gateway.webhook.Verification.Refused;
import app.rcommerce.gateway.webhook.Verification.Verified;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class WebhookVerifierTest {

    /** The test vector that libraries of Standard Webhooks have in common. */
    private static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    private static final String ID = "msg_p5jXN8AQM9LWM0D4loKWxJek";
    private static final long SECONDS = 1_614_265_330;
    private static final String BODY = "{\"test\": 2432232314}";
    private static final String SIGNATURE = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";

    private static final String OTHER =
            "whsec_" + Base64.getEncoder().encodeToString("another key of 24 bytes!".getBytes(UTF_8));
    private static final Duration TOLERANCE = Duration.ofMinutes(5);
    private static final long NOW = 1_000 * SECONDS;

    private static WebhookVerifier verifier(WebhookScheme scheme, String... secrets) {
        return verifier(scheme, null, secrets);
    }

    private static WebhookVerifier verifier(WebhookScheme scheme, @Nullable BodySignature form, String... secrets) {
        return new WebhookVerifier(
                scheme, Arrays.stream(secrets).map(WebhookSecret::new).toList(), TOLERANCE, form);
    }

    private static FieldList standard(String id, String time, String signature) {
        return FieldList.of("Webhook-Id", id, "Webhook-Timestamp", time, "Webhook-Signature", signature);
    }

    private static FieldList standard(String signature) {
        return standard(ID, Long.toString(SECONDS), signature);
    }

    private static String signature(String secret, String body) {
        return new WebhookSigner(List.of(new WebhookSecret(secret)))
                .sign(ID, body.getBytes(UTF_8), NOW)
                .getLast()
                .value();
    }

    private static String hex(Algorithm algorithm, String secret, String before, String body) {
        return HexFormat.of()
                .formatHex(Hmac.of(algorithm, secret.getBytes(UTF_8), before.getBytes(UTF_8), body.getBytes(UTF_8)));
    }

    private static String stripe(String secret, long seconds, String body) {
        return hex(Algorithm.SHA256, secret, seconds + ".", body);
    }

    private static Verification verify(WebhookVerifier verifier, Headers fields, String body, long now) {
        return verifier.verify(fields, body.getBytes(UTF_8), now);
    }

    private static void holds(WebhookVerifier verifier, Headers fields, String body) {
        assertThat(verify(verifier, fields, body, NOW)).isEqualTo(new Verified(verifier.scheme(), NOW));
    }

    private static void fails(WebhookVerifier verifier, Headers fields, String body, String why) {
        assertThat(verify(verifier, fields, body, NOW)).isEqualTo(new Refused(why));
    }

    private static final String NO_SECRET = "no secret makes the signature of what was sent";

    @Test
    void theVectorOfStandardWebhooksHolds() {
        holds(verifier(WebhookScheme.STANDARD_WEBHOOKS, SECRET), standard(SIGNATURE), BODY);
        holds(verifier(WebhookScheme.STANDARD_WEBHOOKS, SECRET.substring(6)), standard(SIGNATURE), BODY);
    }

    @Test
    void theVectorOfGitHubHolds() {
        holds(
                verifier(WebhookScheme.GITHUB, "It's a Secret to Everybody"),
                FieldList.of(
                        "X-Hub-Signature-256",
                        "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"),
                "Hello, World!");
    }

    /** RFC 4231 §4.3, RFC 2202 §3 case 2. */
    @ParameterizedTest
    @CsvSource({
        "SHA256, HEX, 5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
        "SHA256, HEX, 5BDCC146BF60754E6A042426089575C75A003F089D2739839DEC58B964EC3843",
        "SHA256, BASE64, W9zBRr9gdU5qBCQmCJV1x1oAPwidJzmDnexYuWTsOEM=",
        "SHA256, BASE64, W9zBRr9gdU5qBCQmCJV1x1oAPwidJzmDnexYuWTsOEM",
        "SHA1, HEX, effcdf6ae5eb2fa2d27416d5f184df9c259a7c79",
        "SHA512, HEX, 164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea2505549758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737",
    })
    void theVectorsOfTheRfcsHold(Algorithm algorithm, Encoding encoding, String digest) {
        for (String prefix : List.of("", "v0=", "HMAC ")) {
            WebhookVerifier verifier =
                    verifier(WebhookScheme.HMAC, new BodySignature("X-Signature", algorithm, encoding, prefix), "Jefe");

            holds(verifier, FieldList.of("X-Signature", prefix + digest), "what do ya want for nothing?");
            fails(verifier, FieldList.of("X-Signature", prefix + digest), "what do ya want for nothing", NO_SECRET);
        }
    }

    @Test
    void whatIsVerifiedSaysByWhatAndWhen() {
        assertThat(new Verified(WebhookScheme.STRIPE, NOW + 999).text()).isEqualTo("stripe; at=2021-02-25T15:02:10Z");
    }

    @Test
    void aSignatureOfAReEncodedBodyDoesNotHold() {
        for (String body : List.of("{\"test\":2432232314}", BODY + "\n", "\ufeff" + BODY, " " + BODY, "")) {
            fails(verifier(WebhookScheme.STANDARD_WEBHOOKS, SECRET), standard(SIGNATURE), body, NO_SECRET);
            fails(
                    verifier(WebhookScheme.STRIPE, "whsec_x"),
                    FieldList.of("Stripe-Signature", "t=" + SECONDS + ",v1=" + stripe("whsec_x", SECONDS, BODY)),
                    body,
                    NO_SECRET);
        }
    }

    @Test
    void bytesThatAreNoTextAreSignedAsTheyAre() {
        byte[] body = {0, (byte) 0xff, (byte) 0xc3, '\r', '\n'};
        WebhookVerifier verifier = verifier(WebhookScheme.SHOPIFY, "hush");
        String digest = Base64.getEncoder()
                .encodeToString(Hmac.of(Algorithm.SHA256, "hush".getBytes(UTF_8), new byte[0], body));

        assertThat(verifier.verify(FieldList.of("x-shopify-hmac-sha256", digest), body, NOW))
                .isInstanceOf(Verified.class);
        assertThat(verifier.verify(
                        FieldList.of("x-shopify-hmac-sha256", digest), new String(body, UTF_8).getBytes(UTF_8), NOW))
                .isInstanceOf(Refused.class);
    }

    @Test
    void anEmptyBodyIsSignedToo() {
        holds(verifier(WebhookScheme.STANDARD_WEBHOOKS, SECRET), standard(signature(SECRET, "")), "");
        fails(verifier(WebhookScheme.STANDARD_WEBHOOKS, SECRET), standard(SIGNATURE), "", NO_SECRET);
        holds(
                verifier(WebhookScheme.GITHUB, "s"),
                FieldList.of("X-Hub-Signature-256", "sha256=" + hex(Algorithm.SHA256, "s", "", "")),
                "");
    }

    @ParameterizedTest
    @CsvSource({
        "0, ''",
        "300000, ''",
        "-300000, ''",
        "300001, 'it is signed for a time 5m ago, and the tolerance is 5m'",
        "301000, 'it is signed for a time 301s ago, and the tolerance is 5m'",
        "-300001, 'it is signed for a time 5m ahead, and the tolerance is 5m'",
        "864000000, 'it is signed for a time 10d ago, and the tolerance is 5m'",
    })
    void aTimeBeyondTheToleranceIsRefusedInEitherDirection(long laterMillis, String why) {
        WebhookVerifier ours = verifier(WebhookScheme.STANDARD_WEBHOOKS, SECRET);
        WebhookVerifier stripes = verifier(WebhookScheme.STRIPE, "whsec_x");
        FieldList stripe = FieldList.of("Stripe-Signature", "t=" + SECONDS + ",v1=" + stripe("whsec_x", SECONDS, BODY));

        for (Verification got : List.of(
                verify(ours, standard(SIGNATURE), BODY, NOW + laterMillis),
                verify(stripes, stripe, BODY, NOW + laterMillis))) {
            if (why.isEmpty()) {
                assertThat(got).isInstanceOf(Verified.class);
            } else {
                assertThat(got).isEqualTo(new Refused(why));
            }
        }
    }

    @Test
    void anotherTimeOrIdThanTheSignedOneDoesNotHold() {
        WebhookVerifier verifier = verifier(WebhookScheme.STANDARD_WEBHOOKS, SECRET);

        fails(verifier, standard(ID, Long.toString(SECONDS + 1), SIGNATURE), BODY, NO_SECRET);
        fails(verifier, standard(ID + "2", Long.toString(SECONDS), SIGNATURE), BODY, NO_SECRET);
        fails(
                verifier(WebhookScheme.STRIPE, "whsec_x"),
                FieldList.of("Stripe-Signature", "t=" + (SECONDS + 1) + ",v1=" + stripe("whsec_x", SECONDS, BODY)),
                BODY,
                NO_SECRET);
    }

    /** Otherwise id a, time 1 and content 2.x would be signed like id a.1, time 2 and content x. */
    @Test
    void anIdCannotRunIntoTheTime() {
        String id = "msg.1";
        String signature = new WebhookSigner(List.of(new WebhookSecret(SECRET)))
                .sign(id, BODY.getBytes(UTF_8), NOW)
                .getLast()
                .value();

        fails(
                verifier(WebhookScheme.STANDARD_WEBHOOKS, SECRET),
                standard(id, Long.toString(SECONDS), signature),
                BODY,
                "webhook-id is empty, too long, or has a full stop or a space");
    }

    @Test
    void eitherSideChangesItsSecretWithoutAGap() {
        WebhookVerifier old = verifier(WebhookScheme.STANDARD_WEBHOOKS, SECRET);
        WebhookVerifier both = verifier(WebhookScheme.STANDARD_WEBHOOKS, OTHER, SECRET);
        WebhookVerifier fresh = verifier(WebhookScheme.STANDARD_WEBHOOKS, OTHER);
        String byBoth = signature(OTHER, BODY) + " " + SIGNATURE;

        for (WebhookVerifier verifier : List.of(old, both, fresh)) {
            holds(verifier, standard(byBoth), BODY);
        }
        holds(both, standard(SIGNATURE), BODY);
        holds(both, standard(signature(OTHER, BODY)), BODY);
        fails(fresh, standard(SIGNATURE), BODY, NO_SECRET);

        String first = stripe("whsec_1", SECONDS, BODY);
        String second = stripe("whsec_2", SECONDS, BODY);
        FieldList two = FieldList.of("Stripe-Signature", "t=" + SECONDS + ",v1=" + first + ",v1=" + second);
        holds(verifier(WebhookScheme.STRIPE, "whsec_1"), two, BODY);
        holds(verifier(WebhookScheme.STRIPE, "whsec_2"), two, BODY);
        fails(verifier(WebhookScheme.STRIPE, "whsec_3"), two, BODY, NO_SECRET);
    }

    @Test
    void otherVersionsAreSkipped() {
        String asymmetric =
                "v1a,hnO3f9T8Ytu9HwrXslvumlUpqtNVqkhqw/enGzPCXe5BdqzCInXqYXFymVJaA7AZdpXwVLPo3mNl8EM+m7TBAg==";
        WebhookVerifier ours = verifier(WebhookScheme.STANDARD_WEBHOOKS, SECRET);
        holds(ours, standard(asymmetric + " v2,x  " + SIGNATURE + " v1,short"), BODY);
        fails(ours, standard(asymmetric), BODY, "webhook-signature has no v1 signature of 32 bytes in base64");
        fails(
                ours,
                standard(SIGNATURE.replace("v1,", "v0,")),
                BODY,
                "webhook-signature has no v1 signature of 32 bytes in base64");

        WebhookVerifier stripes = verifier(WebhookScheme.STRIPE, "whsec_x");
        String right = stripe("whsec_x", SECONDS, BODY);
        String wrong = stripe("whsec_y", SECONDS, BODY);
        holds(
                stripes,
                FieldList.of("Stripe-Signature", "t=" + SECONDS + ",v1=" + right + ",v0=" + wrong + ",v2=x"),
                BODY);
        fails(
                stripes,
                FieldList.of("Stripe-Signature", "t=" + SECONDS + ",v1=" + wrong + ",v0=" + right),
                BODY,
                NO_SECRET);
        fails(
                stripes,
                FieldList.of("Stripe-Signature", "t=" + SECONDS + ",v0=" + right),
                BODY,
                "Stripe-Signature has no v1 of 32 bytes in hex");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "v1",
                "v1,",
                "v1,=",
                "v1,g0hM9SsE",
                "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=AAAA",
                "v1,g0hM9SsE_OTPJTGt_tmIKtSyZlE3uFJELVlNIOLJ1OE=",
                "V1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
                "v1=g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
                "g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
                "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=,v1,x",
                "v1,83484cf52b04f8e4cf2531adfed9882ad4b2665137b852442d594d20e2c9d4e1",
            })
    void aSignatureThatCannotBeReadIsNone(String signature) {
        fails(
                verifier(WebhookScheme.STANDARD_WEBHOOKS, SECRET),
                standard(signature),
                BODY,
                "webhook-signature has no v1 signature of 32 bytes in base64");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "x",
                "-1614265330",
                "+1614265330",
                "01614265330",
                "1614265330.0",
                "1614265330 ",
                "0x60",
                "1e9",
                "1614265330000000",
                "99999999999999999999",
                "١٦١٤٢٦٥٣٣٠",
                "2021-02-25T15:02:10Z"
            })
    void aTimeThatIsNoNumberOfSecondsIsRefused(String time) {
        fails(
                verifier(WebhookScheme.STANDARD_WEBHOOKS, SECRET),
                standard(ID, time, SIGNATURE),
                BODY,
                "webhook-timestamp is no number of seconds");
        if (!time.endsWith(" ")) {
            fails(
                    verifier(WebhookScheme.STRIPE, "whsec_x"),
                    FieldList.of("Stripe-Signature", "t=" + time + ",v1=" + "0".repeat(64)),
                    BODY,
                    "Stripe-Signature has no t with a number of seconds");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'' | Stripe-Signature is no list of name=value",
                "x | Stripe-Signature is no list of name=value",
                "t=1,,v1=00 | Stripe-Signature is no list of name=value",
                "t=1,t=1,v1=00 | Stripe-Signature has more than one t",
                "v1=00 | Stripe-Signature has no t with a number of seconds",
                "t=,v1=00 | Stripe-Signature has no t with a number of seconds",
                "T=1614265330,v1=00 | Stripe-Signature has no t with a number of seconds",
                "t=1614265330 | Stripe-Signature has no v1 of 32 bytes in hex",
                "t=1614265330,v1= | Stripe-Signature has no v1 of 32 bytes in hex",
                "t=1614265330,v1=0 | Stripe-Signature has no v1 of 32 bytes in hex",
                "t=1614265330,v1=00 | Stripe-Signature has no v1 of 32 bytes in hex",
                "t=1614265330,v1=xx | Stripe-Signature has no v1 of 32 bytes in hex",
                "t=1614265330;v1=00 | Stripe-Signature has no t with a number of seconds",
            })
    void aFieldOfStripesThatCannotBeReadIsRefused(String field, String why) {
        fails(verifier(WebhookScheme.STRIPE, "whsec_x"), FieldList.of("Stripe-Signature", field), BODY, why);
    }

    @Test
    void digestsOfAnotherLengthAreRefused() {
        String digest = stripe("whsec_x", SECONDS, BODY);
        WebhookVerifier stripes = verifier(WebhookScheme.STRIPE, "whsec_x");
        for (String wrong : List.of(digest.substring(2), digest.substring(1), digest + "00", digest + digest)) {
            fails(
                    stripes,
                    FieldList.of("Stripe-Signature", "t=" + SECONDS + ",v1=" + wrong),
                    BODY,
                    "Stripe-Signature has no v1 of 32 bytes in hex");
        }
        WebhookVerifier github = verifier(WebhookScheme.GITHUB, "s");
        String right = hex(Algorithm.SHA256, "s", "", BODY);
        for (String wrong : List.of(
                "",
                "sha256=",
                right,
                "SHA256=" + right,
                "sha256= " + right,
                "sha256=" + right.substring(2),
                "sha256=" + right + "00",
                "sha256=" + right + ", sha256=" + right,
                "sha1=" + hex(Algorithm.SHA1, "s", "", BODY),
                "sha256=" + hex(Algorithm.SHA1, "s", "", BODY))) {
            fails(
                    github,
                    FieldList.of("X-Hub-Signature-256", wrong),
                    BODY,
                    "X-Hub-Signature-256 is not \"sha256=\" and 32 bytes in hex");
        }
        WebhookVerifier shopify = verifier(WebhookScheme.SHOPIFY, "s");
        for (String wrong : List.of("", "AAAA", right, "sha256=" + right)) {
            fails(
                    shopify,
                    FieldList.of("X-Shopify-Hmac-Sha256", wrong),
                    BODY,
                    "X-Shopify-Hmac-Sha256 is not 32 bytes in base64");
        }
    }

    @Test
    void aFieldThatIsMissingOrThereTwiceIsRefused() {
        WebhookVerifier ours = verifier(WebhookScheme.STANDARD_WEBHOOKS, SECRET);
        List<String> right =
                List.of("webhook-id", ID, "webhook-timestamp", Long.toString(SECONDS), "webhook-signature", SIGNATURE);
        for (int i = 0; i < right.size(); i += 2) {
            String name = right.get(i);
            List<String> without = new ArrayList<>(right);
            without.subList(i, i + 2).clear();
            fails(ours, FieldList.of(without.toArray(String[]::new)), BODY, "there is no " + name);
            List<String> twice = new ArrayList<>(right);
            twice.addAll(right.subList(i, i + 2));
            fails(ours, FieldList.of(twice.toArray(String[]::new)), BODY, "there is more than one " + name);
        }
        String github = "sha256=" + hex(Algorithm.SHA256, "s", "", BODY);
        fails(verifier(WebhookScheme.GITHUB, "s"), FieldList.of(), BODY, "there is no X-Hub-Signature-256");
        fails(
                verifier(WebhookScheme.GITHUB, "s"),
                FieldList.of("X-Hub-Signature-256", github, "x-hub-signature-256", github),
                BODY,
                "there is more than one X-Hub-Signature-256");
        String stripe = "t=" + SECONDS + ",v1=" + stripe("whsec_x", SECONDS, BODY);
        fails(verifier(WebhookScheme.STRIPE, "whsec_x"), FieldList.of(), BODY, "there is no Stripe-Signature");
        fails(
                verifier(WebhookScheme.STRIPE, "whsec_x"),
                FieldList.of("Stripe-Signature", stripe, "Stripe-Signature", stripe),
                BODY,
                "there is more than one Stripe-Signature");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "whsec_", "hunter2!", "whsec_hunter2!", "whsec_AAA*", "WHSEC_AAAA", "A", "AAAA\n"})
    void aSecretThatIsNotBase64IsRefusedWhereTheSchemeWantsIt(String secret) {
        assertThatThrownBy(() -> verifier(WebhookScheme.STANDARD_WEBHOOKS, SECRET, secret))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("secret: (secret) (expected: base64, with or without whsec_ in front)");
        assertThatThrownBy(() -> new WebhookSigner(List.of(new WebhookSecret(secret))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining("hunter2");
    }

    @Test
    void nothingShowsASecret() {
        WebhookSecret secret = new WebhookSecret(SECRET);
        assertThat(secret).hasToString("(secret)");
        assertThat(new WebhookVerifier(WebhookScheme.STRIPE, List.of(secret), TOLERANCE, null))
                .hasToString("stripe with 1 secret");
        assertThat(new WebhookSigner(List.of(secret, secret))).hasToString("signs with 2 secrets");
    }

    @Test
    void aFormIsForOneSchemeAlone() {
        BodySignature form = new BodySignature("X", Algorithm.SHA1, Encoding.HEX, "");
        assertThatThrownBy(() -> verifier(WebhookScheme.GITHUB, form, "s"))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> verifier(WebhookScheme.HMAC, "s")).isInstanceOf(IllegalArgumentException.class);
    }

    /** Whatever stands in the fields, the content or the signature: one byte of difference, and it does not hold. */
    @ParameterizedTest
    @EnumSource(
            value = WebhookScheme.class,
            names = {"STANDARD_WEBHOOKS", "STRIPE", "GITHUB", "SHOPIFY"})
    void whatIsChangedAnywhereIsRefusedAndNothingThrows(WebhookScheme scheme) {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        WebhookVerifier verifier = verifier(scheme, SECRET);
        List<String> right = switch (scheme) {
            case STANDARD_WEBHOOKS ->
                List.of("webhook-id", ID, "webhook-timestamp", Long.toString(SECONDS), "webhook-signature", SIGNATURE);
            case STRIPE -> List.of("Stripe-Signature", "t=" + SECONDS + ",v1=" + stripe(SECRET, SECONDS, BODY));
            case GITHUB -> List.of("X-Hub-Signature-256", "sha256=" + hex(Algorithm.SHA256, SECRET, "", BODY));
            case SHOPIFY, HMAC ->
                List.of(
                        "X-Shopify-Hmac-Sha256",
                        Base64.getEncoder()
                                .encodeToString(Hmac.of(
                                        Algorithm.SHA256, SECRET.getBytes(UTF_8), new byte[0], BODY.getBytes(UTF_8))));
        };
        holds(verifier, FieldList.of(right.toArray(String[]::new)), BODY);
        for (int round = 0; round < 2_000; round++) {
            List<String> changed = new ArrayList<>(right);
            int at = 1 + 2 * random.nextInt(right.size() / 2);
            StringBuilder value = new StringBuilder(changed.get(at));
            int place = random.nextInt(value.length());
            char put = (char) (' ' + random.nextInt(95));
            switch (random.nextInt(3)) {
                case 0 -> value.setCharAt(place, put);
                case 1 -> value.deleteCharAt(place);
                default -> value.insert(place, put);
            }
            changed.set(at, value.toString());

            Verification got = verify(verifier, FieldList.of(changed.toArray(String[]::new)), BODY, NOW);

            // Another way to write the same signature is the same signature.
            if (got instanceof Verified && !changed.equals(right)) {
                assertThat(same(changed.get(at), right.get(at)))
                        .as("seed %d, round %d: %s", seed, round, changed.get(at))
                        .isTrue();
            }
        }
    }

    /**
     * Whether two values differ in the case of hex, padding, unused bits, blanks around items and their names, or
     * skipped items alone.
     */
    private static boolean same(String one, String other) {
        return digests(one).stream().anyMatch(digests(other)::contains);
    }

    private static List<String> digests(String value) {
        List<String> digests = new ArrayList<>();
        for (String item : value.replaceAll(" *= *", "=").split("[ ,]")) {
            String text = item.replaceFirst("^(v1|sha256)=", "");
            try {
                digests.add(
                        text.matches("[0-9a-fA-F]{64}")
                                ? text.toLowerCase(java.util.Locale.ROOT)
                                : HexFormat.of().formatHex(Base64.getDecoder().decode(text)));
            } catch (IllegalArgumentException e) {
                // No digest.
            }
        }
        digests.removeIf(text -> text.length() != 64);
        return digests;
    }
}
