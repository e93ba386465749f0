package dev.waxwing;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.waxwing.error.ConnectionLostException;
import dev.waxwing.event.ConnectionUpdate;
import dev.waxwing.event.ConnectionUpdate.State;
import dev.waxwing.internal.binary.Node;
import dev.waxwing.model.SentMessage;
import dev.waxwing.model.content.WebMessage;
import dev.waxwing.store.AccountStore;
import dev.waxwing.store.MemoryStore;
import dev.waxwing.testkit.LoopbackServer;
import dev.waxwing.testkit.traffic.Direction;
import dev.waxwing.testkit.traffic.FaultAction;
import dev.waxwing.testkit.traffic.StanzaMatch;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Ends that repeat: each try waits longer than the one before, and nothing is lost in between. */
final class ConnectionLifeIT {

    private final LoopbackServer server = LoopbackServer.start();

    @RegisterExtension
    final Accounts accounts = new Accounts(server);

    @Test
    void givenServerThatAsksForARestartAfterEachLogin_whenItGoesOn_thenTheFirstIsAtOnceAndTheNextWait()
            throws Exception {
        AccountStore store = MemoryStore.create();
        accounts.keep(store);
        // Linking has a restart of its own.
        Client.open(server, "alice", store).close();
        Client alice = Client.open(server, "alice", store);
        accounts.keep(alice);
        int linked = alice.updates().all().size();
        server.faults().add(StanzaMatch.out("success").client(alice.jid()).first(2), new FaultAction.StreamError(515));

        server.connections().streamError(alice.device(), 515);

        List<Duration> waits = waits(alice, linked, 3);
        assertThat(waits.get(0)).isZero();
        assertThat(waits.get(1)).isPositive();
        alice.socket().reconnectNow();
        Client bob = accounts.client("bob", config -> config);
        alice.sent(bob, "back");
    }

    @Test
    void givenServerInTrouble_whenLoginsFailOneAfterAnother_thenTheWaitsGrow() throws Exception {
        Client alice = accounts.client("alice", config -> config);
        int linked = alice.updates().all().size();
        server.faults().add(StanzaMatch.out("success").client(alice.jid()).first(4), new FaultAction.StreamError(503));
        server.connections().streamError(alice.device(), 503);

        for (int n = 1; n <= 5; n++) {
            waits(alice, linked, n);
            alice.socket().reconnectNow();
        }

        List<Duration> waits = waits(alice, linked, 5);
        // Fibonacci of a second, a tenth more or less.
        assertThat(waits.get(4)).isGreaterThan(waits.get(2).multipliedBy(2));
        assertThat(waits).allMatch(wait -> wait.compareTo(Duration.ofMillis(900)) >= 0);
    }

    @Test
    void givenStreamIsRecycledOverAnAck_whenBackAgain_thenNothingIsLost() throws Exception {
        Client alice = accounts.client("alice", config -> config);
        Client bob = accounts.client("bob", config -> config);
        Heard<WebMessage> atBob = bob.messages();
        alice.sent(bob, "before");
        server.connections()
                .send(
                        bob.device(),
                        Node.builder("stream:error")
                                .child(Node.builder("ack")
                                        .attr("class", "message")
                                        .attr("id", "any")
                                        .build())
                                .build());
        assertThat(bob.awaitInterruption(ConnectionLostException.class)).hasMessageContaining("ack");
        alice.sent(bob, "meanwhile");

        bob.socket().reconnectNow();

        assertThat(atBob.awaitCount(2).stream().map(WebMessage::text)).containsExactly("before", "meanwhile");
    }

    @Test
    void givenNetworkIsGoneForSeveralTries_whenItIsBack_thenAllThatWasSentMeanwhileArrivesOnceOnBothSides()
            throws Exception {
        try (Cable cable = new Cable(server.uri().getPort())) {
            URI uri = server.uri();
            URI throughCable =
                    new URI(uri.getScheme(), null, uri.getHost(), cable.port(), uri.getPath(), uri.getQuery(), null);
            Client alice =
                    accounts.client("alice", config -> config.connection(connection -> connection.uri(throughCable)));
            Client bob = accounts.client("bob", config -> config);
            Heard<WebMessage> atAlice = alice.messages();
            Heard<WebMessage> atBob = bob.messages();
            alice.sent(bob, "before");
            bob.sent(alice, "before");
            int before = alice.updates().all().size();

            cable.unplug();
            List<CompletableFuture<SentMessage>> sending = new ArrayList<>();
            for (int n = 1; n <= 4; n++) {
                waits(alice, before, n);
                sending.add(alice.send(bob, "from the plane " + n));
                bob.sent(alice, "to the plane " + n);
                alice.socket().reconnectNow();
            }
            waits(alice, before, 5);
            cable.plug();
            alice.socket().reconnectNow();

            for (CompletableFuture<SentMessage> sent : sending) {
                sent.get(Client.PATIENCE_SECONDS, SECONDS);
            }
            alice.sent(bob, "landed");
            bob.sent(alice, "welcome");
            assertThat(atBob.awaitCount(6).stream().map(WebMessage::text))
                    .containsExactly(
                            "before",
                            "from the plane 1",
                            "from the plane 2",
                            "from the plane 3",
                            "from the plane 4",
                            "landed");
            assertThat(atAlice.awaitCount(6).stream().map(WebMessage::text))
                    .containsExactly(
                            "before",
                            "to the plane 1",
                            "to the plane 2",
                            "to the plane 3",
                            "to the plane 4",
                            "welcome");
            long logins = server.journal()
                    .entries(entry -> entry.is(Direction.OUT, "success")
                            && entry.device().filter(alice.device()::equals).isPresent())
                    .size();
            assertThat(logins).as("the first, and the one after landing").isEqualTo(2);
            alice.close();
        }
    }

    /**
     * Waits until another connection is due for the nth time since some update, and gives how long it waits each time.
     */
    private static List<Duration> waits(Client client, int since, int count) {
        return client.updates().awaitMatching(since, update -> update.state() == State.RECONNECTING, count).stream()
                .map(ConnectionUpdate::reconnectIn)
                .map(wait -> wait.orElseThrow())
                .toList();
    }
}
