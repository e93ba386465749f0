package dev.waxwing.interop;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.waxwing.model.Jid;
import dev.waxwing.testkit.LoopbackServer;
import dev.waxwing.testkit.traffic.Direction;
import dev.waxwing.testkit.traffic.FaultAction;
import dev.waxwing.testkit.traffic.FaultRule;
import dev.waxwing.testkit.traffic.JournalEntry;
import dev.waxwing.testkit.traffic.StanzaMatch;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two clients write to each other for the first time before either has the other's message. */
class SimultaneousStartIT {
    private static final long PATIENCE_SECONDS = 45;
    private static final int TURNS = 10;

    private LoopbackServer server;
    private WaxwingClient alice;

    @BeforeEach
    void start() throws Exception {
        server = LoopbackServer.start();
        alice = WaxwingClient.link(server, "alice", "Alice");
    }

    @AfterEach
    @SuppressWarnings("try") // opened only to be closed
    void stop() {
        try (LoopbackServer s = server;
                WaxwingClient a = alice) {
            // Each is closed, the server last, even if one of them fails; null ones are passed over.
        }
    }

    @Test
    void givenFirstMessagesThatCrossed_whenBaileysWritesNext_thenTheConversationGoesOnWithoutRetries()
            throws Exception {
        try (BaileysClient bob = BaileysClient.link(server, "bob", "Bob")) {
            crossFirstMessages(bob);
            for (int turn = 0; turn < TURNS; turn++) {
                String question = bob.sendText(alice.lid().toString(), "question " + turn);
                alice.awaitMessage(question);
                bob.awaitMessage(alice.sendText(bob.lid(), "answer " + turn));
            }
            ServerTraffic.assertSound(server);
            assertThat(alice.undecryptable()).isEmpty();
            assertThat(bob.undecryptable()).isEmpty();
        }
    }

    /**
     * Baileys tries a message on each session it has, the one that sent last first, and a failed try leaves that
     * session stepped on: the next message it sends with it is lost, unless the receiver asks for it again.
     */
    @Test
    void givenFirstMessagesThatCrossed_whenWaxwingWritesNext_thenOneRetryHealsWhatBaileysSpoiled() throws Exception {
        try (BaileysClient bob = BaileysClient.link(server, "bob", "Bob")) {
            crossFirstMessages(bob);
            for (int turn = 0; turn < TURNS; turn++) {
                bob.awaitMessage(alice.sendText(bob.lid(), "question " + turn));
                String answer = bob.sendText(alice.lid().toString(), "answer " + turn);
                assertThat(alice.awaitRetried(answer).text()).isEqualTo("answer " + turn);
            }
            assertThat(server.unhandled()).isEmpty();
            assertThat(server.journal().entries(ServerTraffic::isRetry))
                    .filteredOn(entry -> entry.direction() == Direction.IN)
                    .hasSizeLessThanOrEqualTo(1);
            assertThat(alice.received()).as("answers, and Bob's first").hasSize(TURNS + 1);
            assertThat(bob.undecryptable()).isEmpty();
        }
    }

    @Test
    void givenTwoWaxwings_whenTheirFirstMessagesCrossed_thenTheConversationGoesOnWithoutRetries() throws Exception {
        try (WaxwingClient bob = WaxwingClient.link(server, "bob", "Bob")) {
            HeldMessage toAlice = HeldMessage.to(server, alice.device());
            HeldMessage toBob = HeldMessage.to(server, bob.device());
            String fromAlice = alice.sendText(bob.phoneNumber(), "Alice's first");
            String fromBob = bob.sendText(alice.phoneNumber(), "Bob's first");
            toAlice.release();
            toBob.release();
            bob.awaitMessage(fromAlice);
            alice.awaitMessage(fromBob);
            for (int turn = 0; turn < TURNS; turn++) {
                String question = alice.sendText(bob.phoneNumber(), "question " + turn);
                String crossing = bob.sendText(alice.lid(), "crossing " + turn);
                bob.awaitMessage(question);
                alice.awaitMessage(crossing);
            }
            ServerTraffic.assertSound(server);
            assertThat(alice.undecryptable()).isEmpty();
            assertThat(bob.undecryptable()).isEmpty();
        }
    }

    private void crossFirstMessages(BaileysClient bob) throws Exception {
        Jid bobsDevice = Jid.parse(bob.deviceId());
        HeldMessage toAlice = HeldMessage.to(server, alice.device());
        HeldMessage toBob = HeldMessage.to(server, bobsDevice);
        String fromAlice = alice.sendText(bob.phoneNumber(), "Alice's first");
        String fromBob = bob.sendText(alice.phoneNumber().toString(), "Bob's first");
        toAlice.release();
        toBob.release();

        assertThat(bob.awaitMessage(fromAlice).path("text").asText()).isEqualTo("Alice's first");
        assertThat(alice.awaitMessage(fromBob).text()).isEqualTo("Bob's first");
        assertThat(ServerTraffic.ciphertextTypes(server, fromAlice, bobsDevice)).containsExactly("pkmsg");
        assertThat(ServerTraffic.ciphertextTypes(server, fromBob, alice.device()))
                .containsExactly("pkmsg");
    }

    /** The first message to a device, kept back by the server. */
    private record HeldMessage(
            LoopbackServer server, Jid device, FaultRule rule, CompletableFuture<JournalEntry> held) {

        static HeldMessage to(LoopbackServer server, Jid device) {
            FaultRule rule = server.faults()
                    .add(StanzaMatch.out("message").client(device).first(1), new FaultAction.Drop());
            CompletableFuture<JournalEntry> held = server.journal()
                    .await(entry -> entry.is(Direction.OUT, "message")
                            && entry.note().equals("lost")
                            && entry.device().filter(device::equals).isPresent());
            return new HeldMessage(server, device, rule, held);
        }

        void release() throws Exception {
            JournalEntry entry = held.get(PATIENCE_SECONDS, SECONDS);
            rule.remove();
            server.connections().send(device, entry.stanza());
        }
    }
}
