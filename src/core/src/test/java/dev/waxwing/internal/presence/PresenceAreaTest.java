package dev.waxwing.internal.presence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.waxwing.error.ConnectionLostException;
import dev.waxwing.internal.account.Availability;
import dev.waxwing.internal.account.CredentialsStore;
import dev.waxwing.internal.account.Self;
import dev.waxwing.internal.address.LidMappings;
import dev.waxwing.internal.area.AreaContext;
import dev.waxwing.internal.area.ReceivedHandlers;
import dev.waxwing.internal.area.RegisteredAreas;
import dev.waxwing.internal.binary.Node;
import dev.waxwing.internal.content.ContentCodecs;
import dev.waxwing.internal.event.EventDispatcher;
import dev.waxwing.internal.signal.SignalSessions;
import dev.waxwing.internal.stream.StanzaStream;
import dev.waxwing.internal.stream.routing.Acknowledgement;
import dev.waxwing.internal.stream.routing.StanzaHandler;
import dev.waxwing.internal.stream.routing.StanzaRouter;
import dev.waxwing.internal.threads.AccountThreads;
import dev.waxwing.internal.threads.SystemTimer;
import dev.waxwing.model.Jid;
import dev.waxwing.presence.PresenceData;
import dev.waxwing.presence.PresenceData.State;
import dev.waxwing.presence.PresenceEvents;
import dev.waxwing.presence.PresenceUpdate;
import dev.waxwing.store.MemoryStore;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Presence as it is written and read, with the test in the place of the server. */
final class PresenceAreaTest {

    private static final Jid BOB = Jid.phone("15551230002");
    private static final Jid BOB_LID = Jid.lid("200000000000002");
    private static final Jid GROUP = Jid.parse("120363000000000001@g.us");

    private final MemoryStore store = MemoryStore.create();
    private final LidMappings people = new LidMappings(store, new SignalSessions(store, new CredentialsStore(store)));
    private final AccountThreads threads =
            AccountThreads.builder().executor(Runnable::run).build();
    private final EventDispatcher events = new EventDispatcher(Runnable::run, new SystemTimer());
    private final Stream stream = new Stream();
    private final Availability availability = new Availability(false);
    private Optional<String> pushName = Optional.of("Al@ice");
    private final PresenceArea presence = new PresenceArea(new AreaContext(
            () -> new Self(Optional.of(Jid.phone("15551230001")), Optional.empty(), pushName),
            availability,
            people,
            stream,
            store,
            events,
            threads,
            Clock.systemUTC()));
    private final List<PresenceUpdate> updates = new ArrayList<>();

    @BeforeEach
    void register() {
        new RegisteredAreas(List.of(presence), stream, hook -> {}, new ReceivedHandlers(), new ContentCodecs());
        events.on(PresenceEvents.PRESENCE_UPDATE, updates::add);
    }

    @AfterEach
    void close() {
        threads.close();
        store.close();
    }

    @Test
    void givenAPerson_whenSubscribed_thenTheServerIsAskedNowAndAfterEachReconnect() {
        assertThat(presence.subscribe(BOB.withDevice(3))).isCompleted();
        presence.opened();

        assertThat(stream.sent).hasSize(2).allSatisfy(stanza -> {
            assertThat(stanza.tag()).isEqualTo("presence");
            assertThat(stanza.attr("type")).isEqualTo("subscribe");
            assertThat(stanza.jid("to")).isEqualTo(BOB);
        });
    }

    @Test
    void givenNoConnection_whenSubscribed_thenTheCallFailsAndTheNextConnectionAsks() {
        stream.connected = false;
        assertThat(presence.subscribe(BOB)).isCompletedExceptionally();
        stream.connected = true;

        presence.opened();

        assertThat(stream.sent).extracting(stanza -> stanza.jid("to")).containsExactly(BOB);
    }

    @Test
    void givenMoreSubscriptionsThanAreRemembered_whenReconnected_thenTheLatestAreMadeAgain() {
        for (int i = 0; i <= PresenceArea.MOST_SUBSCRIPTIONS; i++) {
            presence.subscribe(Jid.phone("1555" + (1_000_000 + i)));
        }
        presence.subscribe(Jid.phone("15551000001"));
        stream.sent.clear();

        presence.opened();

        assertThat(stream.sent).hasSize(PresenceArea.MOST_SUBSCRIPTIONS);
        assertThat(stream.sent.get(0).jid("to")).isEqualTo(Jid.phone("15551000002"));
        assertThat(stream.sent.get(PresenceArea.MOST_SUBSCRIPTIONS - 1).jid("to"))
                .isEqualTo(Jid.phone("15551000001"));
    }

    @Test
    void givenAPushName_whenSaidToBeThere_thenEveryConnectionSaysSoWithoutAnAtSign() {
        assertThat(presence.available()).isCompleted();
        presence.opened();

        assertThat(stream.sent).hasSize(2).allSatisfy(stanza -> {
            assertThat(stanza.attr("type")).isEqualTo("available");
            assertThat(stanza.attr("name")).isEqualTo("Alice");
        });
        assertThat(availability.isAvailable()).isTrue();
    }

    @Test
    void givenAvailable_whenSaidToBeGone_thenLaterConnectionsSayNothing() {
        presence.available();
        presence.unavailable();
        assertThat(stream.sent.get(1).attr("type")).isEqualTo("unavailable");
        assertThat(availability.isAvailable()).isFalse();

        presence.opened();

        assertThat(stream.sent).hasSize(2);
    }

    @Test
    void givenNoPushName_whenSaidToBeThere_thenTheCallItselfRefuses() {
        pushName = Optional.empty();

        assertThatIllegalStateException().isThrownBy(presence::available).withMessageContaining("push name");
        assertThat(availability.isAvailable()).isFalse();
    }

    @Test
    void givenAChat_whenTypingRecordingAndPausing_thenEachHasItsForm() {
        presence.typing(BOB);
        presence.recording(GROUP);
        presence.paused(BOB);

        assertThat(stream.sent).extracting(Node::tag).containsOnly("chatstate");
        assertThat(stream.sent).extracting(stanza -> stanza.jid("to")).containsExactly(BOB, GROUP, BOB);
        assertThat(stream.sent.get(0).requireChild("composing").hasAttr("media"))
                .isFalse();
        assertThat(stream.sent.get(1).requireChild("composing").attr("media")).isEqualTo("audio");
        assertThat(stream.sent.get(2).child("paused")).isNotNull();
    }

    @Test
    void givenWhatIsNoChat_whenCalled_thenTheArgumentIsNamed() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> presence.subscribe(Jid.parse("status@broadcast")))
                .withMessageContaining("jid");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> presence.typing(Jid.SERVER))
                .withMessageContaining("chat");
    }

    @ParameterizedTest
    @CsvSource({
        ",, AVAILABLE,",
        "unavailable, 1760000000, UNAVAILABLE, 2025-10-09T08:53:20Z",
        "unavailable, deny, UNAVAILABLE,",
        "unavailable, none, UNAVAILABLE,",
        "unavailable, 99999999999999999, UNAVAILABLE,",
        ", 1760000000, AVAILABLE,",
    })
    void givenAPresence_whenItComes_thenItIsToldWithBothFormsOfThePerson(
            @Nullable String type, @Nullable String last, State state, @Nullable Instant lastSeen) {
        people.learn(BOB, BOB_LID);

        Acknowledgement owed = stream.receive(Node.builder("presence")
                .attr("from", BOB)
                .attrIfPresent("type", type)
                .attrIfPresent("last", last)
                .build());

        assertThat(owed).isEqualTo(Acknowledgement.NOTHING);
        assertThat(updates)
                .containsExactly(new PresenceUpdate(
                        BOB_LID,
                        Optional.of(BOB),
                        Map.of(BOB_LID, new PresenceData(state, Optional.ofNullable(lastSeen)))));
    }

    @Test
    void givenSomebodyWhoTypesInAGroup_whenItComes_thenTheParticipantIsTold() {
        stream.receive(chatState(Node.builder("composing")));
        stream.receive(chatState(Node.builder("composing").attr("media", "audio")));
        stream.receive(chatState(Node.builder("paused")));

        assertThat(updates).allSatisfy(update -> assertThat(update.id()).isEqualTo(GROUP));
        assertThat(updates)
                .extracting(update -> update.presences().get(BOB).lastKnownPresence())
                .containsExactly(State.COMPOSING, State.RECORDING, State.AVAILABLE);
    }

    @Test
    void givenStanzaNotWrittenYet_whenTheConnectionIsLost_thenTheFutureFailsWithTheReasonItself() {
        ConnectionLostException reason = new ConnectionLostException("cut");
        stream.written = new CompletableFuture<>();

        CompletableFuture<Void> typing = presence.typing(BOB);
        stream.written.completeExceptionally(new CompletionException(reason));

        assertThat(typing.handle((done, failure) -> failure).join()).isSameAs(reason);
    }

    private static Node chatState(Node.Builder state) {
        return Node.builder("chatstate")
                .attr("from", GROUP)
                .attr("participant", BOB)
                .child(state.build())
                .build();
    }

    /** Keeps what the area sends and registers. */
    private static final class Stream implements StanzaStream, StanzaRouter {

        final List<Node> sent = new ArrayList<>();
        boolean connected = true;
        CompletableFuture<Void> written = CompletableFuture.completedFuture(null);
        private final Map<String, StanzaHandler> handlers = new HashMap<>();

        Acknowledgement receive(Node stanza) {
            return handlers.get(stanza.tag())
                    .handle(stanza)
                    .toCompletableFuture()
                    .join();
        }

        @Override
        public void on(String tag, @Nullable String type, @Nullable String child, StanzaHandler handler) {
            handlers.put(tag, handler);
        }

        @Override
        public void onIq(String xmlns, String childTag, StanzaHandler handler) {
            throw new UnsupportedOperationException(xmlns);
        }

        @Override
        public CompletableFuture<Void> send(Node stanza) {
            if (!connected) {
                return CompletableFuture.failedFuture(new ConnectionLostException("not connected"));
            }
            sent.add(stanza);
            return written;
        }

        @Override
        public CompletableFuture<Node> request(Node iq) {
            throw new UnsupportedOperationException(iq.toString());
        }

        @Override
        public CompletableFuture<Node> request(Node iq, Duration timeout) {
            throw new UnsupportedOperationException(iq.toString());
        }

        @Override
        public CompletableFuture<Node> sendAwaitingAck(Node stanza, Duration patience) {
            throw new UnsupportedOperationException(stanza.toString());
        }

        @Override
        public String nextId() {
            throw new UnsupportedOperationException("nextId");
        }

        @Override
        public long serverTimeMillis() {
            throw new UnsupportedOperationException("serverTimeMillis");
        }
    }
}
