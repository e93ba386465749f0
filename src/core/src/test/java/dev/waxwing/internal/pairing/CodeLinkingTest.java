package dev.waxwing.internal.pairing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.waxwing.error.ConnectionLostException;
import dev.waxwing.error.PairingFailedException;
import dev.waxwing.error.ProtocolViolationException;
import dev.waxwing.error.ServerRefusedException;
import dev.waxwing.error.SocketClosedException;
import dev.waxwing.error.WaxwingException;
import dev.waxwing.internal.account.Credentials;
import dev.waxwing.internal.account.CredentialsStore;
import dev.waxwing.internal.account.PairingCodeKeys;
import dev.waxwing.internal.account.Self;
import dev.waxwing.internal.binary.Node;
import dev.waxwing.internal.binary.NodeBytes;
import dev.waxwing.internal.crypto.Curve25519;
import dev.waxwing.internal.crypto.KeyPair;
import dev.waxwing.internal.signal.SignalSessions;
import dev.waxwing.internal.stream.routing.Acknowledgement;
import dev.waxwing.internal.threads.AccountThreads;
import dev.waxwing.internal.threads.Failures;
import dev.waxwing.model.Jid;
import dev.waxwing.store.AccountStore;
import dev.waxwing.store.MemoryStore;
import dev.waxwing.vectors.Vectors;
import io.netty.channel.ManualIoEventLoop;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.MockTicker;
import io.netty.util.concurrent.Ticker;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Linking by pairing code beside a peer's recorded run, and against a server and phones that lie, on an event loop that
 * this thread turns and whose clock the test moves.
 */
final class CodeLinkingTest implements Linking.Listener {

    private static final JsonNode RUN = Vectors.load("session-pairing-code.json");
    private static final String CODE = RUN.get("pairingCode").textValue();
    private static final String NUMBER = "15551234567";
    private static final int OFFER = 1;
    private static final int HELLO = 3;
    private static final int HELLO_ANSWER = 4;
    private static final int PHONE = 5;
    private static final int FINISH = 6;
    private static final int SUCCESS = 9;
    private static final Duration FIRST = Duration.ofSeconds(60);
    private static final Duration NEXT = Duration.ofSeconds(20);
    private static final Duration VALIDITY = Duration.ofSeconds(180);
    private static final byte[] REF = "2@refrefref".getBytes(StandardCharsets.UTF_8);

    private final MockTicker clock = Ticker.newMockTicker();
    private final ManualIoEventLoop loop =
            new ManualIoEventLoop(null, Thread.currentThread(), NioIoHandler.newFactory(), clock);
    private final AccountThreads threads = AccountThreads.builder()
            .eventLoops(loop)
            .executor(Runnable::run)
            .listeners(Runnable::run)
            .build();
    private final AccountStore store = MemoryStore.create();
    private final CredentialsStore credentials = new CredentialsStore(store);
    private final FakeStream stream = new FakeStream();
    private final KeyPair phoneIdentity = Curve25519.generate();
    private final KeyPair phoneEphemeral = Curve25519.generate();
    private final List<WaxwingException> failures = new ArrayList<>();
    private final List<Credentials> linked = new ArrayList<>();
    private final List<String> qrCodes = new ArrayList<>();
    private final Linking linking = new Linking(
            stream,
            credentials,
            () -> new Self(credentials.loadOrCreate().me(), Optional.empty(), Optional.empty()),
            new SignalSessions(store, credentials),
            threads,
            new LinkingPolicy("1", "Chrome (Mac OS)", FIRST, NEXT, VALIDITY, request -> true),
            this);

    @BeforeEach
    void start() {
        credentials.loadOrCreate();
        stream.register(linking);
    }

    @AfterEach
    void stop() {
        linking.interrupted();
        threads.close();
        loop.shutdownGracefully(0, 0, TimeUnit.SECONDS);
        while (!loop.isTerminated()) {
            // The loop waits on its own clock for tasks that might still come.
            advance(Duration.ofSeconds(1));
        }
        store.close();
    }

    @Override
    public void qr(String qr) {
        qrCodes.add(qr);
    }

    @Override
    public void linked(Credentials now) {
        linked.add(now);
    }

    @Override
    public void failed(WaxwingException reason) {
        failures.add(reason);
    }

    @Override
    public void restartMissing() {
        throw new AssertionError("nobody asked for a restart");
    }

    @Test
    void givenRecordedRun_whenACodeIsAskedFor_thenTheServerIsAskedAsByThePeer() {
        offer();
        CompletableFuture<String> code = ask(CODE);

        assertThat(code).isNotDone();
        assertThat(shape(stream.requests.get(0))).isEqualTo(shape(step(HELLO)));
        assertThat(text(stream.requests.get(0), "companion_platform_id"))
                .isEqualTo(text(step(HELLO), "companion_platform_id"));
        assertThat(text(stream.requests.get(0), "companion_platform_display"))
                .isEqualTo(text(step(HELLO), "companion_platform_display"));
        assertThat(text(stream.requests.get(0), "link_code_pairing_nonce"))
                .isEqualTo(text(step(HELLO), "link_code_pairing_nonce"));
        assertThat(part(stream.requests.get(0), "companion_server_auth_key_pub"))
                .isEqualTo(credentials.loadOrCreate().noiseKey().publicKey());

        answer(step(HELLO_ANSWER));
        assertThat(code).isCompletedWithValue(CODE);
    }

    @Test
    void givenRecordedRun_whenThePhoneAnswers_thenItIsAnsweredAsByThePeer() {
        shown(CODE);

        assertThat(receive(step(PHONE))).isEqualTo(Acknowledgement.ACK);

        Node finish = stream.requests.get(1);
        assertThat(shape(finish)).isEqualTo(shape(step(FINISH)));
        assertThat(part(finish, "link_code_pairing_ref")).isEqualTo(part(step(FINISH), "link_code_pairing_ref"));
        assertThat(part(finish, "companion_identity_public"))
                .isEqualTo(credentials.loadOrCreate().identityKey().publicKey());
    }

    @Test
    void givenAPhoneWithTheCode_whenItOpensTheBundle_thenBothHaveTheSecretThatAuthenticatesPairSuccess() {
        shown(CODE);
        byte[] before = credentials.loadOrCreate().advSecret();

        receive(phoneAnswer(CODE, REF));

        assertThat(phoneOpens(CODE))
                .isEqualTo(credentials.loadOrCreate().advSecret())
                .isNotEqualTo(before);
    }

    @Test
    void givenAPhoneWithAnotherCode_whenItOpensTheBundle_thenItCannotAndMayTryAgain() {
        shown(CODE);

        receive(phoneAnswer("8LKHS5NX", REF));
        assertThatThrownBy(() -> phoneOpens("8LKHS5NX")).isInstanceOf(ProtocolViolationException.class);

        receive(phoneAnswer(CODE, REF));
        assertThat(phoneOpens(CODE)).isEqualTo(credentials.loadOrCreate().advSecret());
        assertThat(failures).isEmpty();
    }

    @Test
    void givenRecordedPairSuccess_whenItComesAfterTheCode_thenSavedValuesAreThePeers() {
        JsonNode initial = RUN.get("initialCredentials");
        shown(CODE);
        receive(phoneAnswer(CODE, REF));
        // The recorded phone made its proof with the recorded secret and for the recorded identity.
        byte[] secret = HexFormat.of().parseHex(liveRun().get("advSecret").textValue());
        credentials.update(own -> Credentials.builder(
                        own.noiseKey(),
                        pair(initial.get("signedIdentityKey")),
                        own.signedPreKey(),
                        own.registrationId(),
                        secret)
                .build());

        receive(step(SUCCESS));

        JsonNode me = RUN.get("savedAfterPairing").get("me");
        assertThat(failures).isEmpty();
        assertThat(linked).singleElement().satisfies(now -> {
            assertThat(now.me()).contains(Jid.parse(me.get("id").textValue()));
            assertThat(now.lid()).contains(Jid.parse(me.get("lid").textValue()));
            assertThat(now.platform())
                    .contains(RUN.get("savedAfterPairing").get("platform").textValue());
        });
        linking.interrupted();
        advance(VALIDITY.multipliedBy(2));
        assertThat(failures).isEmpty();
    }

    @Test
    void givenNoConnectionYet_whenACodeIsAskedFor_thenItWaitsForTheOffer() {
        CompletableFuture<String> code = ask(CODE);
        advance(CodeLinking.READY_PATIENCE.minusMillis(1));
        assertThat(stream.requests).isEmpty();

        offer();
        answer(step(HELLO_ANSWER));

        assertThat(code).isCompletedWithValue(CODE);
    }

    @Test
    void givenNoConnection_whenTheWaitIsOver_thenTheRequestFailsAndLaterOffersAskNothing() {
        CompletableFuture<String> code = ask(CODE);

        advance(CodeLinking.READY_PATIENCE);
        offer();

        assertFailed(code, ConnectionLostException.class);
        assertThat(stream.requests).isEmpty();
    }

    @Test
    void givenTheServerRefuses_whenACodeIsAskedFor_thenTheRequestFailsWithThatAndQrCodesGoOn() {
        offer();
        CompletableFuture<String> code = ask(CODE);

        stream.answer.completeExceptionally(new ServerRefusedException("iq", 400, "bad-request", null));
        loop.runNow();

        assertFailed(code, ServerRefusedException.class);
        assertThat(failures).isEmpty();
        advance(FIRST);
        assertThat(qrCodes).hasSize(2);
    }

    @Test
    void givenAnAnswerWithoutUsableReference_whenACodeIsAskedFor_thenTheRequestFails() {
        for (byte[] ref : List.of(new byte[0], new byte[1025])) {
            offer();
            CompletableFuture<String> code = ask(CODE);
            answer(helloAnswer(ref));
            assertFailed(code, ProtocolViolationException.class);
        }
        offer();
        CompletableFuture<String> code = ask(CODE);
        answer(Node.builder("iq").attr("type", "result").build());
        assertFailed(code, ProtocolViolationException.class);
    }

    @Test
    void givenACodeIsShown_whenAnotherIsAskedFor_thenOnlyTheLatterCounts() {
        shown(CODE);
        stream.answer = new CompletableFuture<>();
        ask("ABCD1234");
        answer(helloAnswer("2@another".getBytes(StandardCharsets.UTF_8)));

        assertRefused(phoneAnswer(CODE, REF));
        receive(phoneAnswer("ABCD1234", "2@another".getBytes(StandardCharsets.UTF_8)));
        assertThat(stream.requests).hasSize(3);
    }

    @Test
    void givenARequestIsUnderWay_whenAnotherComes_thenTheFormerFails() {
        CompletableFuture<String> former = ask(CODE);
        ask("ABCD1234");

        assertFailed(former, PairingFailedException.class);
    }

    @Test
    void givenTheApplicationCancels_whenTheOfferComes_thenTheServerIsNotAsked() {
        ask(CODE).cancel(false);
        offer();

        assertThat(stream.requests).isEmpty();
    }

    @Test
    void givenNobodyAskedForACode_whenAPhoneAnswers_thenItIsRefusedAndTheSecretStays() {
        offer();
        byte[] before = credentials.loadOrCreate().advSecret();

        assertRefused(phoneAnswer(CODE, REF));

        assertThat(credentials.loadOrCreate().advSecret()).isEqualTo(before);
        assertThat(failures).isEmpty();
    }

    @Test
    void givenACodeIsShown_whenAnswersAreMalformed_thenEachIsRefusedAndTheCodeStaysGood() {
        shown(CODE);
        byte[] wrapped = PairingCodeKeys.wrap(CODE, phoneEphemeral.publicKey());
        byte[] identity = phoneIdentity.publicKey();

        assertRefused(notification(Jid.SERVER, wrapped, identity, "2@other".getBytes(StandardCharsets.UTF_8)));
        assertRefused(notification(Jid.SERVER, new byte[79], identity, REF));
        assertRefused(notification(Jid.SERVER, new byte[81], identity, REF));
        assertRefused(notification(Jid.SERVER, wrapped, new byte[31], REF));
        assertRefused(notification(Jid.SERVER, wrapped, new byte[0], REF));
        assertRefused(notification(Jid.phone(NUMBER), wrapped, identity, REF));
        assertRefused(Node.builder("notification")
                .attr("from", Jid.SERVER)
                .attr("type", "link_code_companion_reg")
                .build());
        assertThat(failures).isEmpty();

        receive(phoneAnswer(CODE, REF));
        assertThat(stream.requests).hasSize(2);
    }

    @Test
    void givenACodeIsShown_whenThePhonesKeysAreOfLowOrder_thenItIsRefusedAndTheSecretStays() {
        shown(CODE);
        byte[] before = credentials.loadOrCreate().advSecret();

        assertRefused(
                notification(Jid.SERVER, PairingCodeKeys.wrap(CODE, new byte[32]), phoneIdentity.publicKey(), REF));
        assertRefused(
                notification(Jid.SERVER, PairingCodeKeys.wrap(CODE, phoneEphemeral.publicKey()), new byte[32], REF));

        assertThat(credentials.loadOrCreate().advSecret()).isEqualTo(before);
        assertThat(stream.requests).hasSize(1);
    }

    @Test
    void givenAPhoneHasAnswered_whenTheSameComesAgain_thenItIsRefusedAndTheSecretStays() {
        shown(CODE);
        Node answer = phoneAnswer(CODE, REF);
        receive(answer);
        byte[] agreed = credentials.loadOrCreate().advSecret();

        assertRefused(answer);

        assertThat(credentials.loadOrCreate().advSecret()).isEqualTo(agreed);
        assertThat(stream.requests).hasSize(2);
    }

    @Test
    void givenPhonesAnswerTooOften_whenAnotherComes_thenLinkingFails() {
        shown(CODE);
        for (int i = 0; i < CodeLinking.MAX_TRIES; i++) {
            receive(phoneAnswer(CODE, REF));
        }
        assertThat(failures).isEmpty();

        receive(phoneAnswer(CODE, REF));

        assertThat(stream.requests).hasSize(1 + CodeLinking.MAX_TRIES);
        assertThat(failures).singleElement().isInstanceOf(PairingFailedException.class);
    }

    @Test
    void givenAPhoneHasAnswered_whenTimePasses_thenNoQrCodeWithTheOldSecretIsShown() {
        shown(CODE);
        receive(phoneAnswer(CODE, REF));

        advance(VALIDITY.minusMillis(1));

        assertThat(qrCodes).hasSize(1);
    }

    @Test
    void givenAPhoneHasAnswered_whenNoProofComesInTime_thenLinkingFails() {
        shown(CODE);
        receive(phoneAnswer("8LKHS5NX", REF));

        advance(VALIDITY.minusMillis(1));
        assertThat(failures).isEmpty();
        advance(Duration.ofMillis(1));

        assertThat(failures)
                .singleElement()
                .isInstanceOf(PairingFailedException.class)
                .asString()
                .contains("mistyped");
    }

    @Test
    void givenQrCodesRunOut_whenACodeIsGoodStill_thenLinkingFailsOnlyWhenThatExpires() {
        offer();
        advance(FIRST);
        ask(CODE);
        answer(step(HELLO_ANSWER));

        for (int code = 0; code < 5; code++) {
            advance(NEXT);
        }
        assertThat(qrCodes).hasSize(6);
        assertThat(failures).isEmpty();
        advance(VALIDITY);

        assertThat(failures).singleElement().isInstanceOf(PairingFailedException.class);
    }

    @Test
    void givenACodeExpires_whenQrCodesAreShownStill_thenLinkingGoesOnByThem() {
        offer();
        ask(CODE);
        answer(step(HELLO_ANSWER));

        for (Duration spent = Duration.ZERO; spent.compareTo(VALIDITY) < 0; spent = spent.plus(NEXT)) {
            offer();
            advance(NEXT);
        }

        assertRefused(phoneAnswer(CODE, REF));
        assertThat(failures).isEmpty();
    }

    @Test
    void givenTheServerDoesNotPassOnTheKeys_whenThePhoneAnswers_thenLinkingFails() {
        shown(CODE);
        stream.answer = CompletableFuture.failedFuture(new ServerRefusedException("iq", 404, "item-not-found", null));

        receive(phoneAnswer(CODE, REF));

        assertThat(failures)
                .singleElement()
                .isInstanceOf(PairingFailedException.class)
                .satisfies(failure -> assertThat(failure.getCause()).isInstanceOf(ServerRefusedException.class));
    }

    @Test
    void givenTheConnectionIsLost_whenThePhoneAnswersOnTheNext_thenItIsRefused() {
        shown(CODE);

        linking.interrupted();
        offer();

        assertRefused(phoneAnswer(CODE, REF));
    }

    @Test
    void givenTheSocketEnds_whenACodeIsWaitedForOrAskedFor_thenBothFailWithTheReason() {
        CompletableFuture<String> waiting = ask(CODE);

        linking.ended(new SocketClosedException("closed"));

        assertFailed(waiting, SocketClosedException.class);
        assertFailed(ask(CODE), SocketClosedException.class);
    }

    @Test
    void givenALinkedDevice_whenACodeIsAskedFor_thenItIsRefusedAtTheCall() {
        credentials.update(
                own -> own.toBuilder().me(Jid.phone(NUMBER).withDevice(1)).build());

        assertThatThrownBy(() -> linking.requestPairingCode(NUMBER, null))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("linked already");
    }

    @Test
    void givenWrongNumbersAndCodes_whenACodeIsAskedFor_thenTheyAreRefusedByName() {
        for (String number : List.of(
                "",
                "123456",
                "1234567890123456",
                "+15551234567",
                "1555 1234567",
                "0155512345",
                "1555abc4567",
                "15551234567@s.whatsapp.net",
                "\u0661\u0662\u0663\u0664\u0665\u0666\u0667\u0668")) {
            assertThatThrownBy(() -> linking.requestPairingCode(number, null))
                    .as(number)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("phoneNumber must");
        }
        for (String code : List.of(
                "",
                "ABCD123",
                "ABCD12345",
                "ABCD-123",
                "ABCD0234",
                "ABCDI234",
                "ABCDO234",
                "ABCDU234",
                "ABCD\u00df234",
                "\ufb00BCD1234")) {
            assertThatThrownBy(() -> linking.requestPairingCode(NUMBER, code))
                    .as(code)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("code must");
        }
    }

    @Test
    void givenALowerCaseCode_whenItIsAskedFor_thenItIsShownInUpperCase() {
        offer();
        CompletableFuture<String> code = ask("abcd1234");
        answer(step(HELLO_ANSWER));

        assertThat(code).isCompletedWithValue("ABCD1234");
        byte[] wrapped = part(stream.requests.get(0), "link_code_pairing_wrapped_companion_ephemeral_pub");
        assertThat(PairingCodeKeys.unwrap("ABCD1234", wrapped)).hasSize(32);
    }

    @Test
    void givenNoCodeIsChosen_whenAskedTwice_thenCodesAreOfTheAlphabetAndDiffer() {
        offer();
        CompletableFuture<String> first = ask(null);
        answer(step(HELLO_ANSWER));
        stream.answer = new CompletableFuture<>();
        CompletableFuture<String> second = ask(null);
        answer(step(HELLO_ANSWER));

        assertThat(first.join()).matches("[1-9A-HJ-NP-TV-Z]{8}");
        assertThat(second.join()).matches("[1-9A-HJ-NP-TV-Z]{8}").isNotEqualTo(first.join());
    }

    private void shown(String code) {
        offer();
        ask(code);
        answer(step(HELLO_ANSWER));
        stream.answer = new CompletableFuture<>();
    }

    private void offer() {
        receive(step(OFFER));
    }

    private CompletableFuture<String> ask(String code) {
        if (stream.answer.isDone()) {
            stream.answer = new CompletableFuture<>();
        }
        CompletableFuture<String> asked = linking.requestPairingCode(NUMBER, code);
        loop.runNow();
        return asked;
    }

    private void answer(Node result) {
        stream.answer.complete(result);
        loop.runNow();
    }

    private static Node helloAnswer(byte[] ref) {
        return Node.builder("iq")
                .attr("type", "result")
                .child(Node.builder("link_code_companion_reg")
                        .child(Node.builder("link_code_pairing_ref").bytes(ref).build())
                        .build())
                .build();
    }

    private Node phoneAnswer(String code, byte[] ref) {
        return notification(
                Jid.SERVER, PairingCodeKeys.wrap(code, phoneEphemeral.publicKey()), phoneIdentity.publicKey(), ref);
    }

    private static Node notification(Jid from, byte[] wrapped, byte[] identity, byte[] ref) {
        return Node.builder("notification")
                .attr("from", from)
                .attr("type", "link_code_companion_reg")
                .attr("id", "1")
                .child(Node.builder("link_code_companion_reg")
                        .attr("stage", "primary_hello")
                        .child(Node.builder("link_code_pairing_wrapped_primary_ephemeral_pub")
                                .bytes(wrapped)
                                .build())
                        .child(Node.builder("primary_identity_pub")
                                .bytes(identity)
                                .build())
                        .child(Node.builder("link_code_pairing_ref").bytes(ref).build())
                        .build())
                .build();
    }

    /** The phone's half, with what the companion sent last. */
    private byte[] phoneOpens(String code) {
        byte[] companionEphemeral = PairingCodeKeys.unwrap(
                code, part(stream.requests.get(0), "link_code_pairing_wrapped_companion_ephemeral_pub"));
        Node finish = stream.requests.get(stream.requests.size() - 1);
        return PairingCodeKeys.open(
                phoneEphemeral,
                phoneIdentity,
                companionEphemeral,
                part(finish, "companion_identity_public"),
                part(finish, "link_code_pairing_wrapped_key_bundle"));
    }

    private void assertRefused(Node notification) {
        CompletableFuture<Acknowledgement> owed = stream.receive(notification);
        loop.runNow();
        assertThat(owed).isCompletedExceptionally();
        assertThat(Failures.unwrap(owed.handle((done, failure) -> failure).join()))
                .isInstanceOf(ProtocolViolationException.class);
    }

    private static void assertFailed(CompletableFuture<String> future, Class<? extends Throwable> type) {
        assertThat(future).isCompletedExceptionally();
        assertThatThrownBy(future::join).hasCauseInstanceOf(type);
    }

    private Acknowledgement receive(Node stanza) {
        CompletableFuture<Acknowledgement> owed = stream.receive(stanza);
        loop.runNow();
        assertThat(owed).isCompleted();
        return owed.join();
    }

    private void advance(Duration time) {
        clock.advance(time.toNanos(), TimeUnit.NANOSECONDS);
        loop.runNow();
    }

    /** Tags, attributes but for the id, and how long the contents are. */
    private static String shape(Node node) {
        StringBuilder shape = new StringBuilder(node.tag());
        for (int i = 0; i < node.attributeCount(); i++) {
            if (!node.attributeName(i).equals("id")) {
                shape.append(' ').append(node.attributeName(i)).append('=').append(node.attributeValue(i));
            }
        }
        byte[] bytes = node.bytes();
        if (bytes != null && bytes.length >= 32) {
            shape.append(' ').append(bytes.length);
        }
        node.children().forEach(child -> shape.append(" [").append(shape(child)).append(']'));
        return shape.toString();
    }

    private static byte[] part(Node iq, String child) {
        return iq.requireChild("link_code_companion_reg").requireChild(child).requireBytes();
    }

    private static String text(Node iq, String child) {
        return iq.requireChild("link_code_companion_reg").requireChild(child).text();
    }

    /** The server's and the peer's stanzas as they went over the wire. */
    private static Node step(int index) {
        return NodeBytes.read(HexFormat.of()
                .parseHex(RUN.get("steps").get(index).get("plaintext").textValue()));
    }

    private static JsonNode liveRun() {
        return Vectors.load("pairing-code.json").get("flows").get(2);
    }

    private static KeyPair pair(JsonNode json) {
        return new KeyPair(
                HexFormat.of().parseHex(json.get("public").textValue()),
                HexFormat.of().parseHex(json.get("private").textValue()));
    }
}
