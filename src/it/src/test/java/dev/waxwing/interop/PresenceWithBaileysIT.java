package dev.waxwing.interop;

import static dev.waxwing.interop.BaileysProcess.fields;
import static dev.waxwing.interop.BaileysProcess.isEvent;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.waxwing.internal.binary.Node;
import dev.waxwing.model.Jid;
import dev.waxwing.presence.PresenceData;
import dev.waxwing.presence.PresenceData.State;
import dev.waxwing.presence.PresenceEvents;
import dev.waxwing.presence.PresenceUpdate;
import dev.waxwing.testkit.LoopbackServer;
import dev.waxwing.testkit.traffic.Direction;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A Waxwing socket and a stock Baileys client see each other come, type and go. */
class PresenceWithBaileysIT {
    private static final long PATIENCE_SECONDS = 45;

    private LoopbackServer server;
    private WaxwingClient alice;
    private BaileysClient bob;
    private final BlockingQueue<PresenceUpdate> atAlice = new LinkedBlockingQueue<>();

    @BeforeEach
    void link() throws Exception {
        server = LoopbackServer.start();
        alice = WaxwingClient.link(server, "alice", "Alice");
        alice.socket().ev().on(PresenceEvents.PRESENCE_UPDATE, atAlice::add);
        bob = BaileysClient.link(server, "bob", "Bob");
    }

    @AfterEach
    @SuppressWarnings("try") // opened only to be closed
    void stop() throws Exception {
        try (LoopbackServer s = server;
                WaxwingClient a = alice;
                BaileysClient b = bob) {
            // Each is closed, the server last, even if one of them fails; null ones are passed over.
        }
    }

    @Test
    void givenWaxwingWatchesABaileysContact_whenThatComesTypesAndGoes_thenWaxwingIsToldEachInOrder() throws Exception {
        learnOwnName();
        says("unavailable", null);
        awaitAtServer(Jid.parse(bob.deviceId()), presence -> "unavailable".equals(presence.attr("type")));
        alice.socket().presence().subscribe(Jid.parse(bob.phoneNumber())).get(PATIENCE_SECONDS, SECONDS);
        assertThat(nextAtAlice().lastSeen()).isPresent();

        says("available", null);
        assertThat(nextAtAlice().lastKnownPresence()).isEqualTo(State.AVAILABLE);
        says("composing", alice.phoneNumber());
        assertThat(nextAtAlice().lastKnownPresence()).isEqualTo(State.COMPOSING);
        says("recording", alice.phoneNumber());
        assertThat(nextAtAlice().lastKnownPresence()).isEqualTo(State.RECORDING);
        says("paused", alice.phoneNumber());
        assertThat(nextAtAlice().lastKnownPresence()).isEqualTo(State.AVAILABLE);
        says("unavailable", null);
        PresenceData gone = nextAtAlice();

        assertThat(gone.lastKnownPresence()).isEqualTo(State.UNAVAILABLE);
        assertThat(gone.lastSeen()).isPresent();
        assertThat(server.unhandled()).isEmpty();
    }

    @Test
    void givenBaileysWatchesAWaxwingContact_whenThatComesTypesAndGoes_thenBaileysIsToldEachInOrder() throws Exception {
        alice.socket().presence().unavailable().get(PATIENCE_SECONDS, SECONDS);
        awaitAtServer(alice.device(), presence -> "unavailable".equals(presence.attr("type")));
        bob.process()
                .call(
                        "subscribePresence",
                        fields().put("jid", alice.phoneNumber().toString()));
        assertThat(nextAtBob()).isEqualTo("unavailable");

        Jid chat = Jid.parse(bob.phoneNumber());
        alice.socket().presence().available().get(PATIENCE_SECONDS, SECONDS);
        assertThat(nextAtBob()).isEqualTo("available");
        alice.socket().presence().typing(chat).get(PATIENCE_SECONDS, SECONDS);
        assertThat(nextAtBob()).isEqualTo("composing");
        alice.socket().presence().recording(chat).get(PATIENCE_SECONDS, SECONDS);
        assertThat(nextAtBob()).isEqualTo("recording");
        alice.socket().presence().paused(chat).get(PATIENCE_SECONDS, SECONDS);
        // What Baileys makes of "paused".
        assertThat(nextAtBob()).isEqualTo("available");
        alice.socket().presence().unavailable().get(PATIENCE_SECONDS, SECONDS);
        assertThat(nextAtBob()).isEqualTo("unavailable");
        assertThat(server.unhandled()).isEmpty();
    }

    /**
     * Baileys says nothing of its presence before it knows its own name, which it learns from what another device of
     * Bob's sends.
     */
    private void learnOwnName() throws Exception {
        try (WaxwingClient tablet = WaxwingClient.link(server, "tablet", "Bob")) {
            bob.awaitMessage(tablet.sendText(alice.phoneNumber(), "from the tablet"));
            awaitAtServer(Jid.parse(bob.deviceId()), presence -> "Bob".equals(presence.attr("name")));
            tablet.socket().presence().unavailable().get(PATIENCE_SECONDS, SECONDS);
            awaitAtServer(tablet.device(), presence -> "unavailable".equals(presence.attr("type")));
        }
    }

    private void says(String type, @Nullable Jid chat) throws InterruptedException {
        bob.process()
                .call(
                        "presence",
                        chat == null
                                ? fields().put("type", type)
                                : fields().put("type", type).put("jid", chat.toString()));
    }

    /** What one connection says and what another one asks have no order before they are there. */
    private void awaitAtServer(Jid device, Predicate<Node> presence) throws Exception {
        server.journal()
                .await(entry -> entry.direction() == Direction.IN
                        && entry.device().equals(Optional.of(device))
                        && entry.stanza().tag().equals("presence")
                        && presence.test(entry.stanza()))
                .get(PATIENCE_SECONDS, SECONDS);
    }

    private PresenceData nextAtAlice() throws InterruptedException {
        PresenceUpdate update = atAlice.poll(PATIENCE_SECONDS, SECONDS);
        assertThat(update).as("what alice is told of bob").isNotNull();
        assertThat(update.id().toString()).isIn(bob.phoneNumber(), bob.lid());
        assertThat(update.presences()).containsOnlyKeys(update.id());
        return update.presences().get(update.id());
    }

    /** The next state that Baileys reports of Alice. */
    private String nextAtBob() throws InterruptedException {
        JsonNode event = bob.process().awaitEvent("a presence", line -> isEvent(line, "presence"));
        assertThat(event.path("jid").asText())
                .isIn(alice.phoneNumber().toString(), alice.lid().toString());
        assertThat(event.path("presences").size()).isEqualTo(1);
        return event.path("presences")
                .elements()
                .next()
                .path("lastKnownPresence")
                .asText();
    }
}
