package dev.waxwing.internal.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.waxwing.error.ConnectionLostException;
import dev.waxwing.error.ConnectionReplacedException;
import dev.waxwing.error.ProtocolViolationException;
import dev.waxwing.error.RequestTimeoutException;
import dev.waxwing.error.ServerRefusedException;
import dev.waxwing.error.StoreFailedException;
import dev.waxwing.internal.binary.Node;
import dev.waxwing.internal.crypto.Curve25519;
import dev.waxwing.internal.crypto.KeyPair;
import dev.waxwing.internal.stream.link.StreamIdentity;
import dev.waxwing.internal.stream.routing.Acknowledgement;
import dev.waxwing.internal.stream.routing.Acks;
import dev.waxwing.internal.stream.routing.Routes;
import dev.waxwing.internal.stream.routing.StanzaHandler;
import dev.waxwing.internal.threads.AccountThreads;
import dev.waxwing.internal.threads.ManualTimer;
import dev.waxwing.model.Jid;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class StreamConnectionTest {

    private static final Jid ME = Jid.parse("15551234567:23@s.whatsapp.net");
    private static final Jid BOB = Jid.parse("15557654321@s.whatsapp.net");
    private static final KeyPair NOISE = Curve25519.generate();

    private final ManualTimer timer = new ManualTimer();
    private final Routes routes = new Routes();
    private final List<LoginHook> hooks = new ArrayList<>();
    private final List<String> told = new ArrayList<>();
    private final ServerClock clock = new ServerClock(timer);
    private StreamConfig config = StreamConfig.builder()
            .random(() -> 0.5)
            .inboundLimits(4, 8)
            .requestTimeout(Duration.ofSeconds(60))
            .build();
    private DisconnectReason ended;
    private RecordingLink link;

    // ---- first word and login ----

    @Test
    void givenSuccess_whenActivated_thenOpen() {
        StreamConnection connection = attached();

        link.receive(success());
        Node active = link.takeLast();

        assertThat(active.attr("xmlns")).isEqualTo("passive");
        assertThat(active.child("active")).isNotNull();
        assertThat(told).containsExactly("loggedIn");
        link.receive(result(active));
        assertThat(told).containsExactly("loggedIn", "open");
        assertThat(connection.serverTimeMillis()).isEqualTo(1_735_700_000_000L);
    }

    @Test
    void givenSecondSuccess_whenReceived_thenIgnored() {
        attached();
        link.receive(success());

        link.receive(success());

        assertThat(told).containsExactly("loggedIn");
    }

    @Test
    void givenUnlinkedDevice_whenSuccessComes_thenIgnored() {
        attached(registration());

        link.receive(success());

        assertThat(told).isEmpty();
    }

    @Test
    void givenUnlinkedDevice_whenPairDeviceComes_thenPairing() {
        attached(registration());

        link.receive(Node.builder("iq")
                .attr("id", "1")
                .attr("type", "set")
                .attr("xmlns", "md")
                .child(Node.builder("pair-device").build())
                .build());

        assertThat(told).containsExactly("pairing");
    }

    @Test
    void givenNoFirstWord_whenTimeIsUp_thenConnectionIsLost() {
        attached();

        timer.advance(Duration.ofSeconds(20));

        assertThat(ended.error()).isInstanceOf(ConnectionLostException.class);
        assertThat(link.aborted).isNotNull();
    }

    @Test
    void givenHooks_whenLoggedIn_thenRunInOrderBeforeActive() {
        CompletableFuture<Void> first = new CompletableFuture<>();
        hooks.add(stream -> {
            told.add("first");
            return first;
        });
        hooks.add(stream -> {
            told.add("second");
            return CompletableFuture.completedFuture(null);
        });
        attached();

        link.receive(success());

        assertThat(told).containsExactly("loggedIn", "first");
        assertThat(link.sent).isEmpty();
        first.complete(null);
        assertThat(told).containsExactly("loggedIn", "first", "second");
        assertThat(link.takeLast().child("active")).isNotNull();
    }

    @Test
    void givenHooksThatHangThrowOrFail_whenLoggedIn_thenLoginGoesOn() {
        hooks.add(stream -> new CompletableFuture<>());
        hooks.add(stream -> {
            throw new IllegalStateException("thrown");
        });
        hooks.add(stream -> CompletableFuture.failedFuture(new StoreFailedException("failed")));
        attached();
        link.receive(success());

        for (int i = 0; i < 2; i++) {
            timer.advance(Duration.ofSeconds(25));
            link.receive(result(link.takeLast()));
        }
        timer.advance(Duration.ofSeconds(9));
        assertThat(link.sent).as("the first hook has its minute").isEmpty();
        timer.advance(Duration.ofSeconds(1));

        assertThat(link.takeLast().child("active")).isNotNull();
    }

    @Test
    void givenActiveWithoutAnswer_whenTimeIsUp_thenConnectionIsLost() {
        config = StreamConfig.builder()
                .random(() -> 0.5)
                .requestTimeout(Duration.ofSeconds(5))
                .build();
        attached();
        link.receive(success());

        timer.advance(Duration.ofSeconds(5));

        assertThat(ended.error()).isInstanceOf(ConnectionLostException.class);
    }

    // ---- requests ----

    @Test
    void givenRequest_whenResultComes_thenItIsTheAnswer() {
        StreamConnection connection = open();
        CompletableFuture<Node> answer = connection.request(iq("encrypt", "get"));
        Node asked = link.takeLast();

        link.receive(result(asked));

        assertThat(answer).isCompletedWithValueMatching(node -> node.attr("id").equals(asked.attr("id")));
        assertThat(asked.hasAttr("id")).isTrue();
    }

    @Test
    void givenRequest_whenErrorComes_thenRefusedWithCodeTextAndBackoff() {
        StreamConnection connection = open();
        CompletableFuture<Node> answer = connection.request(iq("encrypt", "get"));

        link.receive(Node.builder("iq")
                .attr("id", link.takeLast().requireAttr("id"))
                .attr("type", "error")
                .child(Node.builder("error")
                        .attr("code", "429")
                        .attr("text", "rate-overlimit")
                        .attr("backoff", "30")
                        .build())
                .build());

        assertThatThrownBy(answer::join)
                .hasCauseInstanceOf(ServerRefusedException.class)
                .hasMessageContaining("iq encrypt/get refused with 429 rate-overlimit")
                .satisfies(failure -> assertThat(((ServerRefusedException) failure.getCause()).backoff())
                        .contains(Duration.ofSeconds(30)));
    }

    @Test
    void givenResultWithErrorInside_whenReceived_thenRefused() {
        CompletableFuture<Node> answer = open().request(iq("encrypt", "get"));

        link.receive(Node.builder("iq")
                .attr("id", link.takeLast().requireAttr("id"))
                .attr("type", "result")
                .child(Node.builder("error").attr("code", "404").build())
                .build());

        assertThatThrownBy(answer::join).hasCauseInstanceOf(ServerRefusedException.class);
    }

    @Test
    void givenRequest_whenNothingComes_thenTimeout() {
        CompletableFuture<Node> answer = open().request(iq("encrypt", "get"), Duration.ofSeconds(3));

        timer.advance(Duration.ofMillis(2999));
        assertThat(answer).isNotDone();
        timer.advance(Duration.ofMillis(1));

        assertThatThrownBy(answer::join).hasCauseInstanceOf(RequestTimeoutException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"message", "notification", "receipt"})
    void givenOtherStanzaWithTheIdOfARequest_whenReceived_thenItIsNoAnswer(String tag) {
        CompletableFuture<Node> answer = open().request(iq("encrypt", "get"));

        link.receive(
                Node.builder(tag).attr("id", link.takeLast().requireAttr("id")).build());

        assertThat(answer).isNotDone();
    }

    @Test
    void givenSentMessage_whenItsAckComes_thenAckIsTheAnswerEvenWithError() {
        StreamConnection connection = open();
        CompletableFuture<Node> ack = connection.sendAwaitingAck(message("A"), Duration.ofSeconds(9));

        link.receive(ackOf("B"));
        assertThat(ack).isNotDone();
        link.receive(Node.builder("ack")
                .attr("class", "message")
                .attr("id", "A")
                .attr("error", "479")
                .build());

        assertThat(ack.join().attr("error")).isEqualTo("479");
    }

    @Test
    void givenSentMessage_whenItsAckComesWithTheClassOfReceipts_thenItIsTheAnswer() {
        CompletableFuture<Node> ack = open().sendAwaitingAck(message("A"), Duration.ofSeconds(9));
        Node ofReceipts =
                Node.builder("ack").attr("class", "receipt").attr("id", "A").build();

        link.receive(ofReceipts);

        assertThat(ack.join()).isEqualTo(ofReceipts);
    }

    @Test
    void givenMessageAndReceiptOfOneId_whenAcked_thenEachGetsTheAckOfItsClass() {
        StreamConnection connection = open();
        CompletableFuture<Node> message = connection.sendAwaitingAck(message("A"), Duration.ofSeconds(9));
        CompletableFuture<Node> receipt = connection.sendAwaitingAck(
                Node.builder("receipt").attr("to", BOB).attr("id", "A").build(), Duration.ofSeconds(9));
        Node ackOfReceipt =
                Node.builder("ack").attr("class", "receipt").attr("id", "A").build();

        link.receive(Node.builder("ack").attr("class", "other").attr("id", "A").build());
        assertThat(message).isNotDone();
        assertThat(receipt).isNotDone();
        link.receive(ackOfReceipt);
        assertThat(message).isNotDone();
        assertThat(receipt.join()).isEqualTo(ackOfReceipt);
        link.receive(ackOf("A"));
        assertThat(message.join()).isEqualTo(ackOf("A"));
    }

    @Test
    void givenSentMessage_whenNoAckComes_thenTheSameGoesOutAgain() {
        CompletableFuture<Node> ack = open().sendAwaitingAck(message("A"), Duration.ofSeconds(9));
        assertThat(link.takeLast()).isEqualTo(message("A"));

        timer.advance(Duration.ofSeconds(9));
        assertThat(link.takeLast()).isEqualTo(message("A"));
        link.receive(ackOf("A"));

        assertThat(ack.join()).isEqualTo(ackOf("A"));
    }

    @Test
    void givenSentMessages_whenNoneIsAckedTwice_thenConnectionIsGivenUpOnceForTheOldest() {
        StreamConnection connection = open();
        CompletableFuture<Node> first = connection.sendAwaitingAck(message("A"), Duration.ofSeconds(9));
        timer.advance(Duration.ofSeconds(1));
        CompletableFuture<Node> second = connection.sendAwaitingAck(message("B"), Duration.ofSeconds(9));

        timer.advance(Duration.ofSeconds(17));

        assertThatThrownBy(first::join).hasCauseInstanceOf(RequestTimeoutException.class);
        assertThatThrownBy(second::join).hasCauseInstanceOf(ConnectionLostException.class);
        assertThat(timer.scheduled()).isZero();
    }

    @Test
    void givenMessageThatIsNeverAcked_whenOthersAre_thenItGoesOutInGrowingIntervalsAndTheConnectionStands() {
        StreamConnection connection = open();
        CompletableFuture<Node> ignored = connection.sendAwaitingAck(message("A"), Duration.ofSeconds(9));
        connection.sendAwaitingAck(message("B"), Duration.ofSeconds(9));
        link.receive(ackOf("B"));
        link.sent.clear();

        timer.advance(Duration.ofSeconds(18));
        assertThat(link.sent).filteredOn(message("A")::equals).hasSize(2);
        timer.advance(Duration.ofSeconds(17));
        assertThat(link.sent).filteredOn(message("A")::equals).hasSize(2);
        timer.advance(Duration.ofSeconds(1));
        assertThat(link.sent).filteredOn(message("A")::equals).hasSize(3);
        assertThat(ignored).isNotDone();
        assertThat(connection.send(message("C"))).isCompleted();
    }

    private static Node ackOf(String id) {
        return Node.builder("ack").attr("class", "message").attr("id", id).build();
    }

    @Test
    void givenCallsUnderWay_whenConnectionBreaks_thenAllFailAndNothingStaysScheduled() {
        StreamConnection connection = open();
        CompletableFuture<Node> iq = connection.request(iq("encrypt", "get"));
        CompletableFuture<Node> ack = connection.sendAwaitingAck(message("A"), Duration.ofSeconds(9));

        link.cut(new ConnectionLostException("cut"));

        assertThatThrownBy(iq::join).hasCauseInstanceOf(ConnectionLostException.class);
        assertThatThrownBy(ack::join).hasCauseInstanceOf(ConnectionLostException.class);
        assertThatThrownBy(() -> connection.send(message("B")).join())
                .hasCauseInstanceOf(ConnectionLostException.class);
        assertThat(timer.scheduled()).isZero();
    }

    @Test
    void givenReplaced_whenCallsUnderWay_thenTheyFailWithThatReason() {
        CompletableFuture<Node> iq = open().request(iq("encrypt", "get"));

        link.receive(Node.builder("stream:error")
                .child(Node.builder("conflict").attr("type", "replaced").build())
                .build());

        assertThatThrownBy(iq::join).hasCauseInstanceOf(ConnectionReplacedException.class);
        assertThat(link.closed).isTrue();
    }

    @Test
    void givenCancelledRequest_whenAnswered_thenNothingWaitsAnyMore() {
        StreamConnection connection = open();
        int before = timer.scheduled();
        CompletableFuture<Node> answer = connection.request(iq("encrypt", "get"));

        answer.cancel(false);

        assertThat(timer.scheduled()).isEqualTo(before);
    }

    @Test
    void givenIdInUse_whenAskedAgain_thenRefusedLocally() {
        StreamConnection connection = open();
        Node iq = Node.builder("iq").attr("id", "A").attr("type", "get").build();
        connection.request(iq);

        assertThat(connection.request(iq))
                .failsWithin(Duration.ZERO)
                .withThrowableThat()
                .withCauseInstanceOf(IllegalStateException.class);
    }

    @Test
    void givenNoIq_whenRequested_thenArgumentIsRefused() {
        StreamConnection connection = open();

        assertThatThrownBy(() -> connection.request(message("A"))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(
                        () -> connection.sendAwaitingAck(Node.builder("message").build(), Duration.ofSeconds(1)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    // ---- stanzas from the server ----

    @Test
    void givenHandler_whenItsStageCompletes_thenAckIsSent() {
        CompletableFuture<Acknowledgement> stage = new CompletableFuture<>();
        routes.on("message", stanza -> stage);
        open();

        link.receive(message("A"));
        assertThat(link.sent).isEmpty();
        stage.complete(Acknowledgement.ACK);

        assertThat(link.takeLast()).isEqualTo(Acks.ack(message("A"), ME));
    }

    @Test
    void givenConnectionGone_whenHandlerCompletes_thenItsAckIsDropped() {
        CompletableFuture<Acknowledgement> stage = new CompletableFuture<>();
        routes.on("message", stanza -> stage);
        open();
        link.receive(message("A"));

        link.cut(new ConnectionLostException("cut"));
        stage.complete(Acknowledgement.ACK);

        assertThat(link.sent).isEmpty();
    }

    @Test
    void givenHandlerOfAType_whenStanzaComes_thenItGoesBeforeTheTags() {
        List<String> handled = new ArrayList<>();
        routes.on("notification", stanza -> {
            handled.add("any");
            return CompletableFuture.completedFuture(Acknowledgement.ACK);
        });
        routes.on("notification", "devices", stanza -> {
            handled.add("devices");
            return CompletableFuture.completedFuture(Acknowledgement.NOTHING);
        });
        open();

        link.receive(stanza("notification", "1").attr("type", "devices").build());
        link.receive(stanza("notification", "2").attr("type", "w:gp2").build());

        assertThat(handled).containsExactly("devices", "any");
        assertThat(link.takeLast().attr("id")).isEqualTo("2");
        assertThat(link.sent).isEmpty();
        assertThatThrownBy(() -> routes.on("notification", "devices", stanza -> null))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void givenOwnersOfDifferentChildren_whenStanzasCome_thenEachGetsItsOwnAndTheRestIsAcked() {
        List<String> handled = new ArrayList<>();
        routes.on("notification", "account_sync", "devices", handler("devices", handled));
        routes.on("notification", "account_sync", "privacy", handler("privacy", handled));
        routes.on("notification", null, "devices", handler("devices of any type", handled));
        open();

        link.receive(accountSync("1", "privacy"));
        link.receive(accountSync("2", "devices"));
        link.receive(accountSync("3", "blocklist"));

        assertThat(handled).containsExactly("privacy", "devices");
        assertThat(link.sent).extracting(ack -> ack.attr("id")).endsWith("1", "2", "3");
        assertThatThrownBy(() -> routes.on("notification", "account_sync", "devices", stanza -> null))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void givenChildrenOfTwoOwners_whenOneOfThemThrows_thenTheOtherGetsTheStanzaAndItIsAckedOnce() {
        List<String> handled = new ArrayList<>();
        routes.on("notification", "account_sync", "devices", stanza -> {
            throw new IllegalStateException("area bug");
        });
        routes.on("notification", "account_sync", "privacy", handler("privacy", handled));
        open();
        int before = link.sent.size();

        link.receive(accountSync("1", "devices", "privacy", "devices"));

        assertThat(handled).containsExactly("privacy");
        assertThat(link.sent).hasSize(before + 1);
        assertThat(link.takeLast().attr("id")).isEqualTo("1");
    }

    private static StanzaHandler handler(String name, List<String> handled) {
        return stanza -> {
            handled.add(name);
            return CompletableFuture.completedFuture(Acknowledgement.ACK);
        };
    }

    private static Node accountSync(String id, String... children) {
        Node.Builder notification = stanza("notification", id).attr("type", "account_sync");
        List.of(children)
                .forEach(child -> notification.child(Node.builder(child).build()));
        return notification.build();
    }

    @ParameterizedTest
    @CsvSource({"receipt,", "notification,", "call,", "status,", "unheard-of,488"})
    void givenNoHandler_whenStanzaComes_thenAckedByRule(String tag, String error) {
        open();

        link.receive(stanza(tag, "1").build());

        Node ack = link.takeLast();
        assertThat(ack.attr("class")).isEqualTo(tag);
        assertThat(ack.attr("error")).isEqualTo(error);
    }

    @ParameterizedTest
    @ValueSource(strings = {"message", "presence", "chatstate", "iq", "ack", "ib"})
    void givenNoHandler_whenStanzaOfOtherKindComes_thenNothingIsSent(String tag) {
        open();

        link.receive(stanza(tag, "1").build());

        assertThat(link.sent).isEmpty();
    }

    @Test
    void givenFailingHandlers_whenMessagesCome_thenOnlyFinalFailuresAreNacked() {
        List<Throwable> failures = List.of(
                new StoreFailedException("disk"),
                new CompletionException(new RejectedExecutionException("full")),
                new ConnectionLostException("gone"),
                new ProtocolViolationException("malformed"),
                new IllegalStateException("bug"));
        List<String> answers = new ArrayList<>();
        routes.on("message", stanza -> CompletableFuture.failedFuture(failures.get(stanza.intAttr("t", 0))));
        open();

        for (int i = 0; i < failures.size(); i++) {
            link.receive(stanza("message", "M" + i).attr("t", i).build());
            answers.add(link.sent.isEmpty() ? "none" : link.takeLast().attr("error"));
        }

        assertThat(answers).containsExactly("none", "none", "none", "487", "500");
    }

    @Test
    void givenHandlerThatThrows_whenReceiptComes_thenAckedAllTheSame() {
        routes.on("receipt", stanza -> {
            throw new IllegalStateException("bug");
        });
        open();

        link.receive(stanza("receipt", "1").build());

        assertThat(link.takeLast().attr("class")).isEqualTo("receipt");
    }

    @Test
    void givenHandlerWithoutStage_whenReceiptComes_thenAckedAllTheSame() {
        routes.on("receipt", stanza -> null);
        open();

        link.receive(stanza("receipt", "1").build());

        assertThat(link.takeLast().attr("class")).isEqualTo("receipt");
    }

    @Test
    void givenBothFormsOfServerPing_whenReceived_thenAnswered() {
        open();

        link.receive(Node.builder("iq")
                .attr("from", Jid.SERVER)
                .attr("id", "p1")
                .attr("type", "get")
                .attr("xmlns", "urn:xmpp:ping")
                .build());
        link.receive(Node.builder("iq")
                .attr("type", "get")
                .child(Node.builder("ping").build())
                .build());

        assertThat(link.sent)
                .containsExactly(
                        Node.builder("iq")
                                .attr("to", Jid.SERVER)
                                .attr("type", "result")
                                .attr("id", "p1")
                                .build(),
                        Node.builder("iq")
                                .attr("to", Jid.SERVER)
                                .attr("type", "result")
                                .build());
    }

    @Test
    void givenIqHandler_whenServerAsks_thenResultOrErrorIsSent() {
        routes.onIq("md", "pair-success", iq -> CompletableFuture.completedFuture(Acknowledgement.ACK));
        routes.onIq("md", "other", iq -> CompletableFuture.completedFuture(Acknowledgement.nack(501)));
        open();

        link.receive(serverIq("1", "pair-success"));
        assertThat(link.takeLast().attr("type")).isEqualTo("result");
        link.receive(serverIq("2", "other"));
        Node error = link.takeLast();

        assertThat(error.attr("type")).isEqualTo("error");
        assertThat(error.requireChild("error").attr("code")).isEqualTo("501");
    }

    @Test
    void givenIb_whenReceived_thenChildrenAreRouted() {
        routes.on("ib", null, "dirty", ib -> {
            told.add("dirty " + ib.requireChild("dirty").attr("type"));
            return CompletableFuture.completedFuture(Acknowledgement.NOTHING);
        });
        open();

        link.receive(ib(Node.builder("dirty").attr("type", "groups").build()));
        link.receive(ib(Node.builder("edge_routing")
                .child(Node.builder("routing_info").bytes(new byte[] {8, 13}).build())
                .build()));
        link.receive(ib(Node.builder("edge_routing").build()));
        link.receive(ib(Node.builder("thread_metadata").build()));

        assertThat(told).endsWith("dirty groups", "routing 2");
    }

    @Test
    void givenMalformedStanza_whenReceived_thenStreamGoesOn() {
        open();

        link.receive(stanza("ib", "1")
                .child(Node.builder("offline_preview").attr("count", "many").build())
                .build());
        link.receive(Node.builder("receipt")
                .attr("id", "1")
                .attr("from", "no address")
                .build());

        assertThat(ended).isNull();
    }

    // ---- back-pressure ----

    @Test
    void givenMoreStanzasThanTheLimit_whenHandlersFinish_thenReadingStopsAndGoesOn() {
        List<CompletableFuture<Acknowledgement>> stages = pendingMessages();
        open();

        receiveMessages(4);
        assertThat(link.reading).isFalse();
        stages.get(0).complete(Acknowledgement.NOTHING);

        assertThat(link.reading).isTrue();
    }

    @Test
    void givenReadingStopped_whenHandlerAsksTheServer_thenReadingGoesOnUntilTheHardLimit() {
        pendingMessages();
        StreamConnection connection = open();
        receiveMessages(4);

        CompletableFuture<Node> answer = connection.request(iq("w:g2", "get"));
        assertThat(link.reading).isTrue();
        receiveMessages(4);
        assertThat(link.reading).isFalse();
        answer.cancel(false);

        assertThat(link.reading).isFalse();
    }

    @Test
    void givenFloodOfOneChatBehindAnAwaitedAnswer_whenHandlersStandStill_thenReadingStopsBeforeOneIsRefused() {
        config = StreamConfig.builder().random(() -> 0.5).build();
        List<CompletableFuture<Acknowledgement>> stages = new ArrayList<>();
        try (AccountThreads threads = AccountThreads.builder()
                .executor(timer::post)
                .listeners(timer::post)
                .build()) {
            routes.on("message", stanza -> {
                stages.add(threads.work().submit(BOB, () -> Acknowledgement.NOTHING));
                return stages.get(stages.size() - 1);
            });
            StreamConnection connection = open();
            connection.request(iq("w:g2", "get"));

            for (int i = 0; link.reading && i < 20_000; i++) {
                receiveMessages(1);
            }
            assertThat(link.reading).isFalse();
            // What the last read of the network brought.
            receiveMessages(1_000);

            assertThat(stages).noneMatch(CompletableFuture::isDone);
            timer.runPosted();
            assertThat(stages).allMatch(stage -> !stage.isCompletedExceptionally());
        }
    }

    // ---- ends ----

    @Test
    void givenStreamErrorThenStreamEnd_whenReceived_thenTheFirstReasonCounts() {
        open();

        link.receive(Node.builder("stream:error").attr("code", "515").build());
        link.receive(Node.builder("xmlstreamend").build());

        assertThat(ended.code()).isEqualTo(515);
        assertThat(ended.reaction()).isEqualTo(DisconnectReason.Reaction.RECONNECT_NOW);
    }

    @Test
    void givenStreamEndAlone_whenReceived_thenBackOff() {
        open();

        link.receive(Node.builder("xmlstreamend").build());

        assertThat(ended.reaction()).isEqualTo(DisconnectReason.Reaction.BACK_OFF);
        assertThat(link.closed).isTrue();
    }

    // ---- what the tests are made of ----

    private List<CompletableFuture<Acknowledgement>> pendingMessages() {
        List<CompletableFuture<Acknowledgement>> stages = new ArrayList<>();
        routes.on("message", stanza -> {
            CompletableFuture<Acknowledgement> stage = new CompletableFuture<>();
            stages.add(stage);
            return stage;
        });
        return stages;
    }

    private void receiveMessages(int count) {
        for (int i = 0; i < count; i++) {
            link.receive(message("M" + i));
        }
    }

    private StreamConnection open() {
        StreamConnection connection = attached();
        link.receive(success());
        link.receive(result(link.takeLast()));
        assertThat(told).endsWith("open");
        return connection;
    }

    private StreamConnection attached() {
        return attached(new StreamIdentity.Login(NOISE, ME, null));
    }

    private StreamConnection attached(StreamIdentity identity) {
        StreamConnection connection = new StreamConnection(
                config, timer, new StanzaIds(), clock, routes, hooks, identity, new StreamConnection.Owner() {
                    @Override
                    public void onPairing() {
                        told.add("pairing");
                    }

                    @Override
                    public void onLoggedIn(Node success) {
                        told.add("loggedIn");
                    }

                    @Override
                    public void onOpen() {
                        told.add("open");
                    }

                    @Override
                    public StreamListener listener() {
                        return new StreamListener() {
                            @Override
                            public void edgeRouting(byte[] routingInfo) {
                                told.add("routing " + routingInfo.length);
                            }
                        };
                    }

                    @Override
                    public void onEnded(DisconnectReason reason) {
                        assertThat(ended).as("told once").isNull();
                        ended = reason;
                    }
                });
        link = new RecordingLink(connection);
        connection.attach(link);
        return connection;
    }

    static StreamIdentity registration() {
        return new StreamIdentity.Registration(NOISE, 1, new byte[32], 1, new byte[32], new byte[64]);
    }

    static Node success() {
        return Node.builder("success").attr("t", "1735700000").build();
    }

    static Node result(Node iq) {
        return Node.builder("iq")
                .attr("from", Jid.SERVER)
                .attr("type", "result")
                .attr("id", iq.requireAttr("id"))
                .build();
    }

    private static Node iq(String xmlns, String type) {
        return Node.builder("iq")
                .attr("to", Jid.SERVER)
                .attr("type", type)
                .attr("xmlns", xmlns)
                .build();
    }

    private static Node serverIq(String id, String child) {
        return Node.builder("iq")
                .attr("from", Jid.SERVER)
                .attr("id", id)
                .attr("type", "set")
                .attr("xmlns", "md")
                .child(Node.builder(child).build())
                .build();
    }

    private static Node ib(Node child) {
        return Node.builder("ib").attr("from", Jid.SERVER).child(child).build();
    }

    private static Node message(String id) {
        return stanza("message", id).attr("type", "text").build();
    }

    private static Node.Builder stanza(String tag, String id) {
        return Node.builder(tag).attr("id", id).attr("from", BOB);
    }
}
