package dev.waxwing.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waxwing.event.MessagesUpsert;
import dev.waxwing.model.Jid;
import dev.waxwing.store.AccountStore;
import dev.waxwing.store.SqliteStore;
import dev.waxwing.testkit.LoopbackServer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Waxwing with a SQLite file ends and starts again in the middle of a conversation with a stock Baileys client. */
class WaxwingRestartIT {
    @TempDir
    Path folder;

    private LoopbackServer server;
    private BaileysClient bob;

    @BeforeEach
    void start() throws Exception {
        server = LoopbackServer.start();
        bob = BaileysClient.link(server, "bob", "Bob");
    }

    @AfterEach
    @SuppressWarnings("try") // opened only to be closed
    void stop() throws Exception {
        try (LoopbackServer s = server;
                BaileysClient b = bob) {
            // Each is closed, the server last, even if one of them fails; null ones are passed over.
        }
    }

    private AccountStore store() {
        return SqliteStore.at(folder.resolve("alice.db"));
    }

    private WaxwingClient link(AccountStore store) throws Exception {
        return WaxwingClient.link(server, "alice", "Alice", store);
    }

    private WaxwingClient reopen(AccountStore store) throws Exception {
        return WaxwingClient.reopen(server, "alice again", "Alice", store);
    }

    @Test
    void givenConversation_whenWaxwingRestarts_thenItIsStillLinkedAndTheSessionGoesOnBothWays() throws Exception {
        Jid device;
        String bobsWord;
        try (AccountStore store = store();
                WaxwingClient alice = link(store)) {
            device = alice.device();
            bob.awaitMessage(alice.sendText(bob.phoneNumber(), "before"));
            bobsWord = bob.sendText(alice.phoneNumber().toString(), "before, back");
            alice.awaitMessage(bobsWord);
            // By now either side knows that the other has the session.
            bob.awaitMessage(alice.sendText(bob.phoneNumber(), "once more"));
        }
        for (int start = 0; start < 3; start++) {
            try (AccountStore store = store();
                    WaxwingClient alice = reopen(store)) {
                assertThat(alice.qrCodes()).isEmpty();
                assertThat(alice.device()).isEqualTo(device);

                String id = alice.sendText(bob.phoneNumber(), "after start " + start);
                bob.awaitMessage(id);
                assertThat(ServerTraffic.ciphertextTypes(server, id, Jid.parse(bob.deviceId())))
                        .containsExactly("msg");
                String back = bob.replyText(alice.lid().toString(), "back " + start, id);
                assertThat(alice.awaitMessage(back).text()).isEqualTo("back " + start);
                assertThat(ServerTraffic.ciphertextTypes(server, back, device)).containsExactly("msg");
                assertThat(alice.received())
                        .extracting(received -> received.message().id())
                        .doesNotContain(bobsWord);
            }
        }
        assertNothingWentWrong();
    }

    @Test
    void givenWaxwingIsAway_whenBaileysSends_thenTheTextsArriveLaterOnceAndInOrder() throws Exception {
        List<String> whileAway = new ArrayList<>();
        try (AccountStore store = store();
                WaxwingClient alice = link(store)) {
            alice.awaitMessage(bob.sendText(alice.phoneNumber().toString(), "while here"));
        }
        String number = server.phone("Alice").jid().toString();
        for (int i = 0; i < 5; i++) {
            String id = bob.sendText(number, "while away " + i);
            bob.awaitAck(id);
            whileAway.add(id);
        }
        try (AccountStore store = store();
                WaxwingClient alice = reopen(store)) {
            alice.awaitBacklog();
            for (int i = 0; i < whileAway.size(); i++) {
                WaxwingClient.Received late = alice.awaitReceived(whileAway.get(i));
                assertThat(late.message().text()).isEqualTo("while away " + i);
                assertThat(late.type()).isEqualTo(MessagesUpsert.Type.APPEND);
                bob.awaitReceipt(whileAway.get(i), "delivery");
            }
            String live = bob.sendText(number, "live again");
            assertThat(alice.awaitReceived(live).type()).isEqualTo(MessagesUpsert.Type.NOTIFY);
            // Whatever came twice has come by now.
            assertThat(alice.received())
                    .extracting(received -> received.message().id())
                    .containsExactlyElementsOf(and(whileAway, live));
        }
        try (AccountStore store = store();
                WaxwingClient alice = reopen(store)) {
            String last = bob.sendText(number, "nothing was left");
            alice.awaitMessage(last);
            assertThat(alice.received())
                    .extracting(received -> received.message().id())
                    .containsExactly(last);
        }
        assertNothingWentWrong();
    }

    @Test
    void givenBothWereAway_whenTheyReturn_thenTheSessionGoesOn() throws Exception {
        String fromAlice;
        try (AccountStore store = store();
                WaxwingClient alice = link(store)) {
            bob.awaitMessage(alice.sendText(bob.phoneNumber(), "before"));
            bob.process().call("end");
            fromAlice = alice.sendText(bob.phoneNumber(), "while Bob is away");
        }
        bob.process().call("connect");
        bob.awaitMessage(fromAlice);
        String fromBob = bob.sendText(server.phone("Alice").jid().toString(), "while Alice is away");
        bob.awaitAck(fromBob);
        try (AccountStore store = store();
                WaxwingClient alice = reopen(store)) {
            assertThat(alice.awaitReceived(fromBob).type()).isEqualTo(MessagesUpsert.Type.APPEND);
            bob.awaitMessage(alice.sendText(bob.phoneNumber(), "both are here"));
        }
        assertNothingWentWrong();
    }

    private void assertNothingWentWrong() {
        ServerTraffic.assertSound(server);
        assertThat(bob.undecryptable()).isEmpty();
    }

    private static List<String> and(List<String> ids, String last) {
        List<String> all = new ArrayList<>(ids);
        all.add(last);
        return all;
    }
}
