package dev.waxwing.internal.device;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.waxwing.error.ConnectionLostException;
import dev.waxwing.error.RequestTimeoutException;
import dev.waxwing.error.ServerRefusedException;
import dev.waxwing.internal.account.Credentials;
import dev.waxwing.internal.account.CredentialsStore;
import dev.waxwing.internal.account.PreKey;
import dev.waxwing.internal.account.PreKeys;
import dev.waxwing.internal.account.SignedPreKey;
import dev.waxwing.internal.binary.Node;
import dev.waxwing.internal.crypto.BigEndian;
import dev.waxwing.internal.crypto.Digests;
import dev.waxwing.model.Jid;
import dev.waxwing.store.MemoryStore;
import dev.waxwing.time.MovedClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class OwnKeysTest {

    private final MemoryStore store = MemoryStore.create();
    private final CredentialsStore credentials = new CredentialsStore(store);
    private final PreKeys preKeys = new PreKeys(store, credentials);
    private final SilentServer server = new SilentServer();
    private final Handlers handlers = new Handlers();
    private final MovedClock clock = new MovedClock(Instant.ofEpochSecond(1_760_000_000));
    private final List<Duration> pauses = new ArrayList<>();
    private final List<Credentials> changed = new ArrayList<>();
    private final OwnKeys keys = new OwnKeys(
            server,
            credentials,
            preKeys,
            clock,
            Runnable::run,
            pause -> {
                pauses.add(pause);
                return Runnable::run;
            },
            changed::add);

    @BeforeEach
    void start() {
        credentials.loadOrCreate();
        handlers.register(keys);
    }

    @Test
    void givenAFreshDevice_whenItLogsIn_thenAllItsKeysAreUploadedAndTheLoginGoesOn() throws Exception {
        CompletableFuture<Void> login = logIn();
        answerCount(0);
        assertThat(asked(1)).isEqualTo("list");
        assertThat(server.queries.get(1).requireChild("list").children("key")).hasSize(812);
        assertThat(login).isNotDone();
        server.answers.get(1).complete(result());

        login.get(10, SECONDS);
        assertThat(credentials.loadOrCreate().firstUnuploadedPreKeyId()).isEqualTo(813);
    }

    @Test
    void givenEnoughKeys_whenLoggedInTwice_thenNothingIsUploadedAndTheDigestIsAskedForOnce() throws Exception {
        CompletableFuture<Void> first = logIn();
        answerCount(700);
        first.get(10, SECONDS);
        assertThat(asked(1)).isEqualTo("digest");
        server.answers.get(1).complete(digest(credentials.loadOrCreate(), List.of()));

        CompletableFuture<Void> second = logIn();
        answerCount(700);
        second.get(10, SECONDS);

        assertThat(server.queries).hasSize(3);
    }

    @Test
    void givenAFailureForTheMoment_whenToppedUp_thenItIsTriedThreeTimesMoreAndCountedEachTime() {
        CompletableFuture<Void> login = logIn();
        for (int attempt = 0; attempt < 4; attempt++) {
            assertThat(login).isNotDone();
            assertThat(asked(attempt)).isEqualTo("count");
            server.answers.get(attempt).completeExceptionally(new RequestTimeoutException("no answer"));
        }

        assertThatThrownBy(() -> login.get(10, SECONDS)).hasRootCauseInstanceOf(RequestTimeoutException.class);
        assertThat(pauses).containsExactly(Duration.ofSeconds(1), Duration.ofSeconds(2), Duration.ofSeconds(4));
    }

    @Test
    void givenALostConnectionOrARefusal_whenToppedUp_thenItIsNotTriedAgain() {
        CompletableFuture<Void> lost = logIn();
        server.answers.get(0).completeExceptionally(new ConnectionLostException("gone"));
        assertThatThrownBy(() -> lost.get(10, SECONDS)).hasRootCauseInstanceOf(ConnectionLostException.class);

        settle();
        CompletableFuture<Void> refused = logIn();
        server.answers.get(server.answers.size() - 1).completeExceptionally(refusal(406));
        assertThatThrownBy(() -> refused.get(10, SECONDS)).hasRootCauseInstanceOf(ServerRefusedException.class);
        assertThat(pauses).isEmpty();
    }

    @Test
    void givenTheNoticeOfLowKeysTwice_whenHeard_thenThereIsOneUpload() throws Exception {
        receive(Node.builder("count").attr("value", 3).build());
        receive(Node.builder("count").attr("value", 3).build());
        assertThat(server.queries).hasSize(1);
        answerCount(3);
        assertThat(server.queries.get(1).requireChild("list").children("key")).hasSize(50);
        server.answers.get(1).complete(result());

        receive(Node.builder("count").attr("value", 3).build());
        answerCount(53);

        assertThat(server.queries).hasSize(3);
    }

    @Test
    void givenNoKeysAtTheServer_whenTheDigestIsAskedFor_thenTheyAreUploadedOnceAndNotInALoop() throws Exception {
        receive(Node.builder("digest").build());
        receive(Node.builder("digest").build());
        assertThat(server.queries).hasSize(1);
        server.answers.get(0).completeExceptionally(refusal(404));
        assertThat(server.queries.get(1).requireChild("list").children("key")).hasSize(812);
        server.answers.get(1).complete(result());
        assertThat(server.queries).hasSize(2);

        receive(Node.builder("digest").build());
        server.answers.get(2).completeExceptionally(refusal(404));
        assertThat(server.queries).hasSize(3);

        clock.advance(Duration.ofHours(1));
        receive(Node.builder("digest").build());
        server.answers.get(3).completeExceptionally(refusal(404));
        assertThat(asked(4)).isEqualTo("list");
    }

    @Test
    void givenADifferenceOrAnotherRefusal_whenTheDigestIsAskedFor_thenNothingIsUploaded() throws Exception {
        receive(Node.builder("digest").build());
        server.answers.get(0).complete(digest(Credentials.create(), List.of()));
        receive(Node.builder("digest").build());
        server.answers.get(1).completeExceptionally(refusal(503));
        receive(Node.builder("digest").build());
        server.answers.get(2).complete(result());

        assertThat(server.queries).hasSize(3);
    }

    @Test
    void givenADeviceLinkedJustNow_whenItsSignedPreKeyGetsOld_thenItIsRotatedAtTheNextLogin() throws Exception {
        SignedPreKey first = credentials.loadOrCreate().signedPreKey();
        logInWithEnough();
        clock.advance(Duration.ofDays(26));
        logInWithEnough();
        assertThat(server.queries).hasSize(3);

        clock.advance(Duration.ofDays(1));
        logInWithEnough();
        Node rotate = server.queries.get(4);
        assertThat(rotate.requireChild("rotate")
                        .requireChild("skey")
                        .requireChild("id")
                        .requireBytes())
                .isEqualTo(new byte[] {0, 0, 2});
        assertThat(credentials.loadOrCreate().signedPreKey()).isEqualTo(first);
        server.answers.get(4).complete(result());

        assertThat(credentials.loadOrCreate().signedPreKey().id()).isEqualTo(2);
        assertThat(changed).hasSize(1);
        assertThat(changed.get(0).signedPreKey().id()).isEqualTo(2);
        logInWithEnough();
        assertThat(server.queries).hasSize(6);
    }

    @Test
    void givenARotationWithoutAnAnswer_whenLoggedInAgain_thenTheSameKeyIsOffered() {
        rotationIsDue();
        byte[] offered = offered(lastQuery());
        lastAnswer().completeExceptionally(new RequestTimeoutException("no answer"));

        logInWithEnough();
        assertThat(offered(lastQuery())).isEqualTo(offered);
        assertThat(changed).isEmpty();
    }

    @Test
    void givenARefusedKey_whenLoggedInAgain_thenAnotherOneIsOffered() {
        rotationIsDue();
        byte[] offered = offered(lastQuery());
        lastAnswer().completeExceptionally(refusal(406));

        logInWithEnough();
        assertThat(offered(lastQuery())).isNotEqualTo(offered);
        assertThat(credentials.loadOrCreate().signedPreKey().id()).isEqualTo(1);
    }

    @Test
    void givenAnUploadUnderWay_whenARotationIsDue_thenItWaitsForTheUpload() {
        rotationIsDue();
        lastAnswer().completeExceptionally(new RequestTimeoutException("no answer"));
        logIn();
        answerCount(2);
        assertThat(lastQuery().child("list")).isNotNull();

        lastAnswer().complete(result());

        assertThat(lastQuery().child("rotate")).isNotNull();
    }

    private void rotationIsDue() {
        logInWithEnough();
        clock.advance(Duration.ofDays(30));
        logInWithEnough();
    }

    /** Logs in, and answers the digest that the first login asks for. */
    private void logInWithEnough() {
        logIn();
        answerCount(700);
        settle();
    }

    private void settle() {
        if (lastQuery().child("digest") != null && !lastAnswer().isDone()) {
            lastAnswer().complete(digest(credentials.loadOrCreate(), List.of()));
        }
    }

    private CompletableFuture<Void> logIn() {
        return keys.onLogin(server).toCompletableFuture();
    }

    private void receive(Node child) throws Exception {
        handlers.byType
                .get("encrypt/" + child.tag())
                .handle(Node.builder("notification")
                        .attr("from", Jid.SERVER)
                        .child(child)
                        .build())
                .toCompletableFuture()
                .get(10, SECONDS);
    }

    private void answerCount(int left) {
        assertThat(lastQuery().child("count")).isNotNull();
        lastAnswer()
                .complete(Node.builder("iq")
                        .child(Node.builder("count").attr("value", left).build())
                        .build());
    }

    private Node lastQuery() {
        return server.queries.get(server.queries.size() - 1);
    }

    private CompletableFuture<Node> lastAnswer() {
        return server.answers.get(server.answers.size() - 1);
    }

    private String asked(int query) {
        List<String> tags =
                server.queries.get(query).children().stream().map(Node::tag).toList();
        return tags.contains("list") ? "list" : tags.get(0);
    }

    private static byte[] offered(Node rotate) {
        return rotate.requireChild("rotate")
                .requireChild("skey")
                .requireChild("value")
                .requireBytes();
    }

    private static Node result() {
        return Node.builder("iq").attr("type", "result").build();
    }

    private static ServerRefusedException refusal(int code) {
        return new ServerRefusedException("iq encrypt", code, "", null);
    }

    private static Node digest(Credentials own, List<PreKey> listed) {
        List<Node> ids = listed.stream()
                .map(key -> leaf("id", BigEndian.encode(key.id(), 3)))
                .toList();
        Node signed = Node.builder("skey")
                .child(leaf("id", BigEndian.encode(own.signedPreKey().id(), 3)))
                .child(leaf("value", own.signedPreKey().keyPair().publicKey()))
                .child(leaf("signature", own.signedPreKey().signature()))
                .build();
        Node digest = Node.builder("digest")
                .child(leaf("registration", BigEndian.encode(own.registrationId(), 4)))
                .child(leaf("type", new byte[] {5}))
                .child(leaf("identity", own.identityKey().publicKey()))
                .child(signed)
                .child(Node.builder("list").children(ids).build())
                .child(leaf(
                        "hash",
                        Digests.sha1(
                                own.identityKey().publicKey(),
                                own.signedPreKey().keyPair().publicKey(),
                                own.signedPreKey().signature())))
                .build();
        return Node.builder("iq").child(digest).build();
    }

    private static Node leaf(String tag, byte[] content) {
        return Node.builder(tag).bytes(content).build();
    }
}
