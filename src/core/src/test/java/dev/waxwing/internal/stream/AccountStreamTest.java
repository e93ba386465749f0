package dev.waxwing.internal.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.waxwing.error.ClientOutdatedException;
import dev.waxwing.error.ConnectionLostException;
import dev.waxwing.error.ConnectionReplacedException;
import dev.waxwing.error.LoggedOutException;
import dev.waxwing.error.PairingFailedException;
import dev.waxwing.error.ServerNotTrustedException;
import dev.waxwing.error.ServerRefusedException;
import dev.waxwing.error.SocketClosedException;
import dev.waxwing.error.StoreFailedException;
import dev.waxwing.internal.binary.Node;
import dev.waxwing.internal.crypto.Curve25519;
import dev.waxwing.internal.crypto.KeyPair;
import dev.waxwing.internal.stream.link.ClientProfile;
import dev.waxwing.internal.stream.link.LinkConnector;
import dev.waxwing.internal.stream.link.StanzaLink;
import dev.waxwing.internal.stream.link.StreamIdentity;
import dev.waxwing.internal.threads.ManualTimer;
import dev.waxwing.model.ClientVersion;
import dev.waxwing.model.Jid;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class AccountStreamTest {

    private static final KeyPair NOISE = Curve25519.generate();
    private static final StreamIdentity LOGIN =
            new StreamIdentity.Login(NOISE, Jid.parse("15551234567:23@s.whatsapp.net"), null);

    private final ManualTimer timer = new ManualTimer();
    private final FakeConnector connector = new FakeConnector();
    private final List<StreamState> states = new ArrayList<>();
    private final StreamConfig.Builder config = StreamConfig.builder().random(() -> 0.5);
    private Supplier<StreamIdentity> identity = () -> LOGIN;
    private byte @Nullable [] routing;

    @Test
    void givenLinkedDevice_whenStarted_thenStatesUpToOpen() {
        AccountStream stream = started();
        openLast();

        assertThat(states)
                .containsExactly(new StreamState.Connecting(1), new StreamState.LoggedIn(), new StreamState.Open());
        assertThat(stream.state()).isEqualTo(new StreamState.Open());
    }

    @Test
    void givenPairedDevice_whenServerAsksForRestart_thenReconnectsAtOnceWithTheNewIdentity() {
        identity = StreamConnectionTest::registration;
        started();
        RecordingLink pairing = connector.accept();
        pairing.receive(pairDevice());
        assertThat(states).endsWith(new StreamState.Pairing());

        identity = () -> LOGIN;
        pairing.receive(streamError("515"));

        assertThat(delays()).containsExactly(Duration.ZERO);
        timer.advance(Duration.ZERO);
        assertThat(connector.identities).endsWith(LOGIN);
        openLast();
        assertThat(states).endsWith(new StreamState.Open());
    }

    @Test
    void givenPairedDevice_whenConnectionBreaksBeforeTheRestart_thenReconnectsAtOnce() {
        identity = StreamConnectionTest::registration;
        started();
        RecordingLink pairing = connector.accept();
        pairing.receive(pairDevice());

        identity = () -> LOGIN;
        pairing.cut(new ConnectionLostException("cut"));

        assertThat(delays()).containsExactly(Duration.ZERO);
    }

    @Test
    void givenServerOutOfReach_whenRepeated_thenFibonacciDelays() {
        started();
        for (int i = 0; i < 6; i++) {
            connector.refuse(new ConnectionLostException("unreachable"));
            timer.advance(delays().get(i));
        }

        assertThat(delays().stream().map(Duration::toSeconds)).containsExactly(1L, 1L, 2L, 3L, 5L, 8L);
        assertThat(states).endsWith(new StreamState.Connecting(7));
    }

    @Test
    void givenShortConnections_whenRepeated_thenDelaysGrowUntilOneIsStable() {
        started();
        for (int i = 0; i < 4; i++) {
            openLast().receive(streamError("503"));
            timer.advance(delays().get(i));
        }
        assertThat(delays().stream().map(Duration::toSeconds)).containsExactly(1L, 1L, 2L, 3L);

        RecordingLink stable = openLast();
        keepBusy(stable, Duration.ofSeconds(30));
        stable.receive(streamError("503"));

        assertThat(delays()).endsWith(Duration.ofSeconds(1));
    }

    @Test
    void givenRateLimit_whenReconnecting_thenLongDelay() {
        started();

        openLast().receive(streamError("429"));

        assertThat(delays()).containsExactly(Duration.ofSeconds(8));
    }

    @Test
    void givenServerThatAlwaysAsksForRestart_whenRepeated_thenNoHotLoop() {
        started();
        for (int i = 0; i < 5; i++) {
            openLast().receive(streamError("515"));
            timer.advance(delays().get(i));
        }

        assertThat(delays().stream().map(Duration::toSeconds)).containsExactly(0L, 1L, 1L, 2L, 3L);
    }

    @Test
    void givenReplaced_whenEnded_thenNeverReconnects() {
        AccountStream stream = started();

        openLast()
                .receive(Node.builder("stream:error")
                        .child(Node.builder("conflict").attr("type", "replaced").build())
                        .build());

        assertStopped(stream, ConnectionReplacedException.class);
    }

    @Test
    void givenLoggedOut_whenEnded_thenNeverReconnectsAndCallsFailWithThatReason() {
        AccountStream stream = started();

        connector.accept().receive(Node.builder("failure").attr("reason", "401").build());

        assertStopped(stream, LoggedOutException.class);
        assertThatThrownBy(() -> stream.request(Node.builder("iq").build()).join())
                .hasCauseInstanceOf(LoggedOutException.class);
    }

    @Test
    void givenUntrustedServer_whenConnecting_thenStops() {
        AccountStream stream = started();

        connector.refuse(new ServerNotTrustedException("wrong root"));

        assertStopped(stream, ServerNotTrustedException.class);
    }

    @Test
    void b15_givenUpgradeRefusedByAPortal_whenTheServerIsBack_thenConnectsAnewByItself() {
        AccountStream stream = started();

        for (int status : new int[] {403, 404, 520, 302}) {
            connector.refuse(new ServerRefusedException("WebSocket upgrade", status, "", null));
            timer.advance(Duration.ofMinutes(10));
        }

        assertThat(stream.state()).isNotInstanceOf(StreamState.Closed.class);
        assertThat(connector.profiles).hasSize(5);
    }

    @Test
    void givenOutdatedVersion_whenANewerIsKnown_thenTriedOnceMoreAndThenStopped() {
        ClientVersion newer = new ClientVersion(2, 3000, 2_000_000_000);
        List<String> lookups = new ArrayList<>();
        config.versionLookup(() -> {
            lookups.add("asked");
            return CompletableFuture.completedFuture(newer);
        });
        AccountStream stream = started();

        connector.accept().receive(outdated());
        timer.advance(Duration.ZERO);
        assertThat(connector.profiles.get(1).version()).isEqualTo(newer);
        connector.accept().receive(outdated());

        assertStopped(stream, ClientOutdatedException.class);
        assertThat(lookups).hasSize(1);
    }

    @Test
    void givenOutdatedVersion_whenLookupHangsOrFailsOrKnowsNothingNew_thenStops() {
        List<Supplier<CompletableFuture<ClientVersion>>> lookups = List.of(
                CompletableFuture::new,
                () -> CompletableFuture.failedFuture(new IllegalStateException("no network")),
                () -> {
                    throw new IllegalStateException("bug");
                },
                () -> CompletableFuture.completedFuture(ClientVersion.DEFAULT));
        for (Supplier<CompletableFuture<ClientVersion>> lookup : lookups) {
            config.versionLookup(lookup);
            AccountStream stream = started();
            connector.accept().receive(outdated());
            timer.advance(Duration.ofSeconds(20));
            assertStopped(stream, ClientOutdatedException.class);
        }
    }

    @Test
    void givenOutdatedVersion_whenThereIsNoLookup_thenStops() {
        AccountStream stream = started();

        connector.accept().receive(outdated());

        assertStopped(stream, ClientOutdatedException.class);
    }

    @Test
    void givenStoreThatFails_whenConnecting_thenTriedAgainLater() {
        identity = () -> {
            throw new StoreFailedException("disk");
        };
        started();

        assertThat(delays()).containsExactly(Duration.ofSeconds(1));
    }

    @Test
    void givenConnectorThatThrows_whenConnecting_thenTriedAgainLater() {
        connector.bug = new IllegalStateException("bug");
        started();

        assertThat(delays()).containsExactly(Duration.ofSeconds(1));
    }

    @Test
    void givenCallsUnderWay_whenClosed_thenTheyFailAndLaterOnesToo() {
        AccountStream stream = started();
        RecordingLink link = openLast();
        CompletableFuture<Node> call = stream.request(
                Node.builder("iq").attr("type", "get").attr("xmlns", "w").build());

        CompletableFuture<DisconnectReason> closed = stream.close();

        assertThat(closed).isCompleted();
        assertThat(link.closed).isTrue();
        assertThatThrownBy(call::join).hasCauseInstanceOf(SocketClosedException.class);
        assertThatThrownBy(() -> stream.send(Node.builder("presence").build()).join())
                .hasCauseInstanceOf(SocketClosedException.class);
        assertStopped(stream, SocketClosedException.class);
    }

    @Test
    void givenClosed_whenClosedAndStartedAgain_thenNothingHappens() {
        AccountStream stream = started();
        openLast();
        stream.close();
        int before = states.size();

        assertThat(stream.close()).isCompleted();
        stream.start();
        stream.reconnectNow();

        assertThat(states).hasSize(before);
        assertThat(connector.attempts).hasSize(1);
    }

    @Test
    void givenConnecting_whenClosed_thenTheAttemptIsAbandoned() {
        AccountStream stream = started();

        stream.close();

        assertThat(connector.attempts.get(0)).isCancelled();
        assertStopped(stream, SocketClosedException.class);
    }

    @Test
    void givenWaiting_whenClosed_thenNothingStaysScheduled() {
        AccountStream stream = started();
        connector.refuse(new ConnectionLostException("unreachable"));

        stream.close();

        assertStopped(stream, SocketClosedException.class);
    }

    @Test
    void givenNeverStarted_whenClosed_thenClosed() {
        AccountStream stream = created();

        assertThat(stream.close()).isCompleted();
    }

    @Test
    void givenWaiting_whenToldThatTheNetworkIsBack_thenConnectsAtOnce() {
        AccountStream stream = started();
        connector.refuse(new ConnectionLostException("unreachable"));

        stream.reconnectNow();

        assertThat(connector.attempts).hasSize(2);
        timer.advance(Duration.ofMinutes(1));
        assertThat(connector.attempts).as("one at a time").hasSize(2);
    }

    @Test
    void givenRoomAboveStops_whenStopped_thenItsReasonIsTheLastState() {
        AccountStream stream = started();
        openLast();

        stream.stop(new PairingFailedException("every code expired"));

        assertStopped(stream, PairingFailedException.class);
    }

    @Test
    void givenNotConnected_whenCalled_thenConnectionLost() {
        AccountStream stream = created();

        assertThatThrownBy(() -> stream.request(Node.builder("iq").build()).join())
                .hasCauseInstanceOf(ConnectionLostException.class);
    }

    @Test
    void givenListenerThatThrows_whenStatesChange_thenTheOthersAreTold() {
        AccountStream stream = created();
        List<StreamState> others = new ArrayList<>();
        stream.addListener(new StreamListener() {
            @Override
            public void stateChanged(StreamState state) {
                throw new IllegalStateException("listener bug");
            }
        });
        stream.addListener(new StreamListener() {
            @Override
            public void stateChanged(StreamState state) {
                others.add(state);
            }
        });

        stream.start();

        assertThat(others).containsExactly(new StreamState.Connecting(1));
    }

    @Test
    void givenRoutingInfo_whenConnecting_thenItIsHandedDown() {
        routing = new byte[] {8, 13};
        started();

        assertThat(connector.routing).containsExactly(8, 13);
    }

    private AccountStream created() {
        AccountStream stream =
                new AccountStream(config.build(), timer, Runnable::run, connector, () -> identity.get(), () -> routing);
        stream.addListener(new StreamListener() {
            @Override
            public void stateChanged(StreamState state) {
                states.add(state);
            }
        });
        return stream;
    }

    private AccountStream started() {
        AccountStream stream = created();
        stream.start();
        return stream;
    }

    private RecordingLink openLast() {
        RecordingLink link = connector.accept();
        link.receive(StreamConnectionTest.success());
        link.receive(StreamConnectionTest.result(link.takeLast()));
        return link;
    }

    private void keepBusy(RecordingLink link, Duration time) {
        for (long second = 0; second < time.toSeconds(); second++) {
            timer.advance(Duration.ofSeconds(1));
            link.receive(Node.builder("ib").build());
        }
    }

    private List<Duration> delays() {
        return states.stream()
                .filter(StreamState.Waiting.class::isInstance)
                .map(state -> ((StreamState.Waiting) state).delay())
                .toList();
    }

    private void assertStopped(AccountStream stream, Class<? extends Throwable> error) {
        assertThat(stream.state())
                .isInstanceOfSatisfying(
                        StreamState.Closed.class,
                        closed -> assertThat(closed.reason().error()).isInstanceOf(error));
        assertThat(stream.closed()).isCompleted();
        timer.advance(Duration.ofHours(1));
        assertThat(stream.state()).isInstanceOf(StreamState.Closed.class);
        assertThat(timer.scheduled()).isZero();
    }

    private static Node streamError(String code) {
        return Node.builder("stream:error").attr("code", code).build();
    }

    private static Node outdated() {
        return Node.builder("failure").attr("reason", "405").build();
    }

    private static Node pairDevice() {
        return Node.builder("iq")
                .attr("id", "1")
                .attr("type", "set")
                .attr("xmlns", "md")
                .child(Node.builder("pair-device").build())
                .build();
    }

    /** Keeps attempts until the test decides how they end. */
    private static final class FakeConnector implements LinkConnector {

        final List<CompletableFuture<StanzaLink>> attempts = new ArrayList<>();
        final List<StreamIdentity> identities = new ArrayList<>();
        final List<ClientProfile> profiles = new ArrayList<>();
        byte @Nullable [] routing;

        @Nullable
        RuntimeException bug;

        private StanzaLink.Receiver receiver;

        @Override
        public CompletableFuture<StanzaLink> connect(
                StreamIdentity identity,
                ClientProfile profile,
                byte @Nullable [] routingInfo,
                StanzaLink.Receiver next) {
            if (bug != null) {
                throw bug;
            }
            assertThat(attempts.stream().allMatch(CompletableFuture::isDone))
                    .as("one attempt at a time")
                    .isTrue();
            identities.add(identity);
            profiles.add(profile);
            routing = routingInfo;
            receiver = next;
            attempts.add(new CompletableFuture<>());
            return last();
        }

        RecordingLink accept() {
            RecordingLink link = new RecordingLink(receiver);
            assertThat(last().complete(link)).as("an attempt is under way").isTrue();
            return link;
        }

        void refuse(Throwable failure) {
            assertThat(last().completeExceptionally(failure)).isTrue();
        }

        private CompletableFuture<StanzaLink> last() {
            return attempts.get(attempts.size() - 1);
        }
    }
}
