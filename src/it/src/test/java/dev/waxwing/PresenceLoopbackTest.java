package dev.waxwing;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.waxwing.event.ConnectionUpdate.State;
import dev.waxwing.model.Jid;
import dev.waxwing.presence.PresenceData;
import dev.waxwing.presence.PresenceEvents;
import dev.waxwing.presence.PresenceUpdate;
import dev.waxwing.store.MemoryStore;
import dev.waxwing.testkit.LoopbackServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two accounts that see each other come, type and go. */
final class PresenceLoopbackTest {

    private final LoopbackServer server = LoopbackServer.start();
    private Client alice;
    private Client bob;
    private Heard<PresenceUpdate> atAlice;

    @BeforeEach
    void connect() throws Exception {
        alice = Client.open(server, "alice", MemoryStore.create());
        bob = Client.open(server, "bob", MemoryStore.create());
        atAlice = Heard.on(alice.socket(), PresenceEvents.PRESENCE_UPDATE);
    }

    @AfterEach
    void stop() {
        alice.close();
        bob.close();
        server.close();
    }

    @Test
    void givenASubscription_whenThePersonComesTypesAndGoes_thenEachIsTold() throws Exception {
        alice.socket().presence().subscribe(bob.jid()).get(Client.PATIENCE_SECONDS, SECONDS);
        awaitAtAlice(0, PresenceData.State.UNAVAILABLE);

        bob.socket().presence().available().get(Client.PATIENCE_SECONDS, SECONDS);
        awaitAtAlice(1, PresenceData.State.AVAILABLE);
        bob.socket().presence().typing(alice.jid());
        awaitAtAlice(2, PresenceData.State.COMPOSING);
        bob.socket().presence().recording(alice.jid());
        awaitAtAlice(3, PresenceData.State.RECORDING);
        bob.socket().presence().paused(alice.jid());
        awaitAtAlice(4, PresenceData.State.AVAILABLE);
        bob.socket().presence().unavailable();

        assertThat(awaitAtAlice(5, PresenceData.State.UNAVAILABLE).lastSeen()).isPresent();
    }

    @Test
    void givenASubscription_whenBothReconnect_thenItHoldsAndTheOtherIsThereAgain() throws Exception {
        bob.socket().presence().available().get(Client.PATIENCE_SECONDS, SECONDS);
        alice.socket().presence().subscribe(bob.jid()).get(Client.PATIENCE_SECONDS, SECONDS);
        awaitAtAlice(0, PresenceData.State.AVAILABLE);

        int openings = openings(alice);
        server.connections().streamError(alice.device(), 503);
        alice.updates().awaitMatching(openings, update -> update.state() == State.OPEN, 1);
        awaitAtAlice(1, PresenceData.State.AVAILABLE);
        server.connections().streamError(bob.device(), 503);

        awaitAtAlice(2, PresenceData.State.UNAVAILABLE);
        awaitAtAlice(3, PresenceData.State.AVAILABLE);
    }

    private static int openings(Client client) {
        return client.updates().all().size();
    }

    /** Waits for a state of Bob's among the updates from a number on. */
    private PresenceData awaitAtAlice(int before, PresenceData.State state) {
        PresenceUpdate update = atAlice.awaitMatching(
                        before, heard -> stateOf(heard).lastKnownPresence() == state, 1)
                .get(0);
        Jid lid = bob.socket().lid().orElseThrow().withoutDevice();
        assertThat(update.id()).isIn(bob.jid(), lid);
        return stateOf(update);
    }

    private static PresenceData stateOf(PresenceUpdate update) {
        return update.presences().get(update.id());
    }
}
