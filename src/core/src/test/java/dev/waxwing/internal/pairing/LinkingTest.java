package dev.waxwing.internal.pairing;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.waxwing.error.PairingFailedException;
import dev.waxwing.error.WaxwingException;
import dev.waxwing.internal.account.Credentials;
import dev.waxwing.internal.account.CredentialsStore;
import dev.waxwing.internal.account.Self;
import dev.waxwing.internal.account.SignedPreKey;
import dev.waxwing.internal.binary.Node;
import dev.waxwing.internal.binary.NodeBytes;
import dev.waxwing.internal.crypto.Curve25519;
import dev.waxwing.internal.crypto.KeyPair;
import dev.waxwing.internal.signal.SignalSessions;
import dev.waxwing.internal.stream.routing.Acknowledgement;
import dev.waxwing.internal.threads.AccountThreads;
import dev.waxwing.model.Jid;
import dev.waxwing.model.LinkRequest;
import dev.waxwing.proto.adv.ADVSignedDeviceIdentity;
import dev.waxwing.store.AccountStore;
import dev.waxwing.store.MemoryStore;
import dev.waxwing.store.StoreTable;
import dev.waxwing.vectors.Vectors;
import io.netty.channel.ManualIoEventLoop;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.MockTicker;
import io.netty.util.concurrent.Ticker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Linking as a peer client was recorded doing it, on an event loop that this thread turns and whose clock the test
 * moves.
 */
final class LinkingTest implements Linking.Listener {

    private static final JsonNode RUN = Vectors.load("session-qr.json");
    private static final Duration FIRST = Duration.ofSeconds(60);
    private static final Duration NEXT = Duration.ofSeconds(20);
    private static final int OFFER = 1;
    private static final int OFFER_REPLY = 2;
    private static final int SUCCESS = 3;
    private static final int SUCCESS_REPLY = 5;

    private static final Self NOBODY = new Self(Optional.empty(), Optional.empty(), Optional.empty());

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
    private final SignalSessions sessions = new SignalSessions(store, credentials);
    private final FakeStream stream = new FakeStream();
    private final Linking linking = new Linking(stream, credentials, () -> NOBODY, sessions, threads, policy(), this);
    private Predicate<LinkRequest> decision = request -> true;
    private final List<String> shown = new ArrayList<>();
    private final List<Credentials> linked = new ArrayList<>();
    private final List<WaxwingException> failures = new ArrayList<>();
    private int missingRestarts;

    private LinkingPolicy policy() {
        return new LinkingPolicy(
                "1", "Chrome (Linux)", FIRST, NEXT, Duration.ofSeconds(180), request -> decision.test(request));
    }

    @BeforeEach
    void start() {
        credentials.loadOrCreate();
        credentials.update(own -> initialCredentials());
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
        shown.add(qr);
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
        missingRestarts++;
    }

    @Test
    void givenDeviceLinked_whenTheServerDoesNotAskToConnectAnew_thenThatIsToldOnceAfterAWhile() {
        receive(step(OFFER));
        receive(step(SUCCESS));
        advance(Linking.RESTART_PATIENCE.minusMillis(1));
        assertThat(missingRestarts).isZero();

        advance(Duration.ofMillis(1));
        advance(Duration.ofMinutes(1));

        assertThat(missingRestarts).isOne();
    }

    @Test
    void givenDeviceLinked_whenTheServerEndsTheConnection_thenNothingIsMissing() {
        receive(step(OFFER));
        receive(step(SUCCESS));

        linking.interrupted();
        advance(Duration.ofMinutes(1));

        assertThat(missingRestarts).isZero();
    }

    @Test
    void givenRecordedOffer_whenShown_thenCodeIsThePeers() {
        Acknowledgement owed = receive(step(OFFER));

        assertThat(shown).containsExactly(RUN.get("qrStrings").get(0).textValue());
        // The stream makes of it what the peer sent: an empty result.
        assertThat(owed).isEqualTo(Acknowledgement.ACK);
        assertThat(step(OFFER_REPLY).children()).isEmpty();
        assertThat(stream.sent).isEmpty();
    }

    @Test
    void givenRecordedPairSuccess_whenTaken_thenSavedValuesAreThePeers() throws Exception {
        receive(step(OFFER));
        Acknowledgement owed = receive(step(SUCCESS));

        JsonNode saved = RUN.get("savedAfterPairing");
        JsonNode me = saved.get("me");
        Credentials stored = credentials.loadOrCreate();
        assertThat(owed).isEqualTo(Acknowledgement.NOTHING);
        assertThat(failures).isEmpty();
        assertThat(linked).hasSize(1);
        assertThat(linked.get(0).me()).isEqualTo(stored.me());
        assertThat(stored.me()).contains(Jid.parse(me.get("id").textValue()));
        assertThat(stored.lid()).contains(Jid.parse(me.get("lid").textValue()));
        assertThat(stored.pushName()).contains(me.get("name").textValue());
        assertThat(stored.businessName()).contains(me.get("name").textValue());
        assertThat(stored.platform()).contains(saved.get("platform").textValue());

        JsonNode expected = saved.get("account");
        ADVSignedDeviceIdentity account =
                ADVSignedDeviceIdentity.parseFrom(stored.account().orElseThrow());
        assertThat(hex(account.getDetails().toByteArray()))
                .isEqualTo(expected.get("details").textValue());
        assertThat(hex(account.getAccountSignatureKey().toByteArray()))
                .isEqualTo(expected.get("accountSignatureKey").textValue());
        assertThat(hex(account.getAccountSignature().toByteArray()))
                .isEqualTo(expected.get("accountSignature").textValue());
        assertThat(account.getDeviceSignature().size()).isEqualTo(64);
    }

    @Test
    void givenRecordedPairSuccess_whenTaken_thenAccountKeyIsThePhonesIdentity() {
        receive(step(SUCCESS));

        JsonNode identity = RUN.get("savedAfterPairing").get("signalIdentities").get(0);
        Jid phone = Jid.parse(identity.get("name").textValue()).withDevice(0);
        Optional<byte[]> known = sessions.inTransaction(List.of(phone), signal -> signal.identity(phone));
        assertThat(known.map(LinkingTest::hex))
                .contains(identity.get("identifierKey").textValue().substring(2));
    }

    @Test
    void givenRecordedPairSuccess_whenAnswered_thenAnswerIsThePeersButForItsSignature() throws Exception {
        receive(step(SUCCESS));

        Node peers = step(SUCCESS_REPLY);
        assertThat(stream.sent).hasSize(1);
        Node ours = stream.sent.get(0);
        Node sign = ours.requireChild("pair-device-sign").requireChild("device-identity");
        byte[] details = peers.requireChild("pair-device-sign")
                .requireChild("device-identity")
                .requireBytes();
        ADVSignedDeviceIdentity peerIdentity = ADVSignedDeviceIdentity.parseFrom(details);
        ADVSignedDeviceIdentity ourIdentity = ADVSignedDeviceIdentity.parseFrom(sign.requireBytes());
        assertThat(ourIdentity.getDeviceSignature()).isNotEqualTo(peerIdentity.getDeviceSignature());
        ADVSignedDeviceIdentity levelled = ourIdentity.toBuilder()
                .setDeviceSignature(peerIdentity.getDeviceSignature())
                .build();

        assertThat(withIdentity(ours, sign, levelled.toByteArray())).isEqualTo(peers);
    }

    @Test
    void givenForgedSecret_whenPairSuccessComes_thenServerIsToldAndStoreIsUntouched() {
        credentials.update(own -> own.toBuilder().advSecret(new byte[32]).build());
        byte[] before = storedCredentials();

        receive(step(SUCCESS));

        Node error = stream.sent.get(0);
        assertThat(error.attr("type")).isEqualTo("error");
        assertThat(error.attr("id")).isEqualTo(step(SUCCESS).attr("id"));
        assertThat(error.requireChild("error").attr("code")).isEqualTo("401");
        assertThat(error.requireChild("error").attr("text")).isEqualTo("hmac-mismatch");
        assertThat(linked).isEmpty();
        assertThat(failures).singleElement().isInstanceOf(PairingFailedException.class);
        assertThat(storedCredentials()).isEqualTo(before);
        List<?> identities = store.transact(tx -> tx.scanPrefix(StoreTable.IDENTITIES, "", 10));
        assertThat(identities).isEmpty();
    }

    @Test
    void givenTheApplicationIsAsked_whenPairSuccessComes_thenItIsToldWhoseAccountItIs() {
        List<LinkRequest> asked = new ArrayList<>();
        decision = asked::add;

        receive(step(SUCCESS));

        JsonNode saved = RUN.get("savedAfterPairing");
        assertThat(asked)
                .containsExactly(
                        LinkRequest.builder(Jid.parse(saved.get("me").get("id").textValue()))
                                .lid(Jid.parse(saved.get("me").get("lid").textValue()))
                                .platform(saved.get("platform").textValue())
                                .businessName(saved.get("me").get("name").textValue())
                                .build());
        assertThat(linked).hasSize(1);
    }

    @Test
    void givenTheApplicationDoesNotAccept_whenPairSuccessComes_thenServerIsToldAndStoreIsUntouched() {
        decision = request -> false;

        assertRefusedByApplication();
    }

    @Test
    void givenTheApplicationThrows_whenPairSuccessComes_thenServerIsToldAndStoreIsUntouched() {
        decision = request -> {
            throw new IllegalStateException("no directory to ask");
        };

        assertRefusedByApplication();
    }

    private void assertRefusedByApplication() {
        byte[] before = storedCredentials();

        receive(step(SUCCESS));

        Node error = stream.sent.get(0);
        assertThat(error.attr("type")).isEqualTo("error");
        assertThat(error.requireChild("error").attr("code")).isEqualTo("500");
        assertThat(linked).isEmpty();
        assertThat(failures)
                .singleElement()
                .isInstanceOf(PairingFailedException.class)
                .asString()
                .contains("the application");
        assertThat(storedCredentials()).isEqualTo(before);
    }

    @Test
    void givenNobodyScans_whenTimePasses_thenCodesRotateAndThenLinkingFails() {
        receive(step(OFFER));
        advance(FIRST.minusNanos(1));
        assertThat(refsShown()).containsExactly("2@ref-number-0");

        advance(Duration.ofNanos(1));
        assertThat(refsShown()).containsExactly("2@ref-number-0", "2@ref-number-1");

        for (int code = 2; code <= 5; code++) {
            advance(NEXT.minusNanos(1));
            assertThat(shown).hasSize(code);
            advance(Duration.ofNanos(1));
            assertThat(refsShown()).hasSize(code + 1).endsWith("2@ref-number-" + code);
        }
        assertThat(failures).isEmpty();

        advance(NEXT);
        assertThat(shown).hasSize(6);
        assertThat(failures).singleElement().isInstanceOf(PairingFailedException.class);
    }

    @Test
    void givenCodeWasScanned_whenTimePasses_thenNoFurtherCodeIsShownAndNothingFails() {
        receive(step(OFFER));
        receive(step(SUCCESS));

        advance(FIRST.plus(NEXT.multipliedBy(10)));

        assertThat(shown).hasSize(1);
        assertThat(failures).isEmpty();
    }

    @Test
    void givenConnectionEnded_whenTimePasses_thenNoFurtherCodeIsShown() {
        receive(step(OFFER));
        linking.interrupted();

        advance(FIRST.plus(NEXT.multipliedBy(10)));

        assertThat(shown).hasSize(1);
        assertThat(failures).isEmpty();
    }

    @Test
    void givenSecondOffer_whenShown_thenItsCodesReplaceTheFirstOnes() {
        receive(step(OFFER));
        advance(FIRST);
        receive(step(OFFER));
        advance(NEXT);

        // The second offer starts anew, with a first code that stands as long as a first code does.
        assertThat(refsShown()).containsExactly("2@ref-number-0", "2@ref-number-1", "2@ref-number-0");
    }

    @Test
    void givenOfferWithoutRefs_whenReceived_thenLinkingFails() {
        receive(Node.builder("iq")
                .attr("from", Jid.SERVER)
                .attr("type", "set")
                .attr("id", "1")
                .attr("xmlns", "md")
                .child(Node.builder("pair-device").build())
                .build());

        assertThat(shown).isEmpty();
        assertThat(failures).singleElement().isInstanceOf(PairingFailedException.class);
    }

    private List<String> refsShown() {
        return shown.stream()
                .map(qr -> qr.substring(qr.indexOf('#') + 1, qr.indexOf(',')))
                .toList();
    }

    private Acknowledgement receive(Node iq) {
        CompletableFuture<Acknowledgement> owed = stream.receive(iq);
        loop.runNow();
        assertThat(owed).isCompleted();
        return owed.join();
    }

    private void advance(Duration time) {
        clock.advance(time.toNanos(), TimeUnit.NANOSECONDS);
        loop.runNow();
    }

    private byte[] storedCredentials() {
        return store.transact(tx -> tx.get(StoreTable.CREDENTIALS, "current"));
    }

    /** The server's and the peer's stanzas as they went over the wire. */
    private static Node step(int index) {
        return NodeBytes.read(HexFormat.of()
                .parseHex(RUN.get("steps").get(index).get("plaintext").textValue()));
    }

    private static Node withIdentity(Node answer, Node sign, byte[] identity) {
        Node levelled = Node.builder("device-identity")
                .attr("key-index", sign.requireAttr("key-index"))
                .bytes(identity)
                .build();
        return Node.builder("iq")
                .attr("to", answer.requireJid("to"))
                .attr("type", answer.requireAttr("type"))
                .attr("id", answer.requireAttr("id"))
                .child(Node.builder("pair-device-sign").child(levelled).build())
                .build();
    }

    private static Credentials initialCredentials() {
        JsonNode initial = RUN.get("initialCredentials");
        JsonNode signedPreKey = initial.get("signedPreKey");
        return Credentials.builder(
                        pair(initial.get("noiseKey")),
                        pair(initial.get("signedIdentityKey")),
                        new SignedPreKey(
                                signedPreKey.get("keyId").intValue(),
                                pair(signedPreKey),
                                HexFormat.of()
                                        .parseHex(signedPreKey.get("signature").textValue())),
                        initial.get("registrationId").intValue(),
                        Base64.getDecoder()
                                .decode(initial.get("advSecretKeyBase64").textValue()))
                .build();
    }

    private static KeyPair pair(JsonNode json) {
        KeyPair pair = new KeyPair(
                HexFormat.of().parseHex(json.get("public").textValue()),
                HexFormat.of().parseHex(json.get("private").textValue()));
        assertThat(Curve25519.fromPrivate(pair.privateKey())).isEqualTo(pair);
        return pair;
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }
}
