package dev.waxwing.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waxwing.store.AccountStore;
import dev.waxwing.store.MemoryStore;
import dev.waxwing.store.StoreEntry;
import dev.waxwing.store.StoreTable;
import dev.waxwing.testkit.LoopbackServer;
import dev.waxwing.testkit.traffic.Direction;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Waxwing and a stock Baileys client lose their sessions in the middle of a conversation. The server is lenient:
 * Baileys' resends need it.
 */
class RetryWithBaileysIT {
    private static final int MAX_RETRIES = 5;

    private final AccountStore store = MemoryStore.create();
    private LoopbackServer server;
    private WaxwingClient alice;
    private BaileysClient bob;

    @BeforeEach
    void link() throws Exception {
        server = LoopbackServer.start();
        alice = WaxwingClient.link(server, "alice", "Alice", store);
        bob = BaileysClient.link(server, "bob", "Bob");
    }

    @AfterEach
    @SuppressWarnings("try") // opened only to be closed
    void stop() throws Exception {
        try (LoopbackServer s = server;
                AccountStore own = store;
                WaxwingClient a = alice;
                BaileysClient b = bob) {
            // Each is closed, the server last, even if one of them fails; null ones are passed over.
        }
    }

    private void converse() throws Exception {
        bob.awaitMessage(alice.sendText(bob.phoneNumber(), "hello"));
        alice.awaitMessage(bob.sendText(alice.phoneNumber().toString(), "hello yourself"));
        bob.awaitMessage(alice.sendText(bob.phoneNumber(), "so we talk"));
    }

    @Test
    void givenBaileysWithoutItsSessionFiles_whenWaxwingWrites_thenAllArrivesWithinFiveRetries() throws Exception {
        converse();

        bob.loseSessions();
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            ids.add(alice.sendText(bob.phoneNumber(), "while away " + i));
        }
        bob.reconnect();
        for (int i = 0; i < 3; i++) {
            ids.add(alice.sendText(bob.lid(), "meanwhile " + i));
        }

        for (int i = 0; i < ids.size(); i++) {
            String text = bob.awaitHealed(ids.get(i)).path("text").asText();
            assertThat(text).isEqualTo(i < 4 ? "while away " + i : "meanwhile " + (i - 4));
            assertThat(retriesOf(ids.get(i))).isBetween(i < 4 ? 1 : 0, MAX_RETRIES);
        }
        assertTalkWithoutRetries();
    }

    @Test
    void givenBaileysWithoutItsSessionFiles_whenItWritesFirst_thenItStartsAfreshAndBothGoOn() throws Exception {
        converse();

        bob.loseSessions();
        bob.reconnect();
        String id = bob.sendText(alice.phoneNumber().toString(), "who are you again");

        assertThat(alice.awaitMessage(id).text()).isEqualTo("who are you again");
        assertTalkWithoutRetries();
    }

    @Test
    void givenWaxwingWithoutItsSessions_whenBaileysWrites_thenAllArrivesWithinFiveRetries() throws Exception {
        converse();

        alice.close();
        loseSessions();
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            ids.add(bob.sendText(alice.phoneNumber().toString(), "while away " + i));
        }
        alice = WaxwingClient.reopen(server, "alice again", "Alice", store);
        ids.add(bob.sendText(alice.lid().toString(), "meanwhile"));

        for (int i = 0; i < ids.size(); i++) {
            alice.awaitHealed(ids.get(i));
            assertThat(retriesOf(ids.get(i))).isBetween(i < 3 ? 1 : 0, MAX_RETRIES);
        }
        assertTalkWithoutRetries();
        assertThat(alice.received())
                .extracting(received -> received.message().text())
                .filteredOn(text -> text.startsWith("while away") || text.equals("meanwhile"))
                .containsExactlyInAnyOrder("while away 0", "while away 1", "while away 2", "meanwhile");
    }

    @Test
    void givenWaxwingWithoutItsSessions_whenItWritesFirst_thenNoRetryIsNeeded() throws Exception {
        converse();

        alice.close();
        loseSessions();
        alice = WaxwingClient.reopen(server, "alice again", "Alice", store);
        String id = alice.sendText(bob.phoneNumber(), "where were we");

        bob.awaitMessage(id);
        assertThat(retriesOf(id)).isZero();
        assertTalkWithoutRetries();
    }

    private void loseSessions() {
        store.transact(tx -> {
            for (StoreEntry row : tx.scanPrefix(StoreTable.SESSIONS, "", 100)) {
                tx.delete(StoreTable.SESSIONS, row.key());
            }
            return true;
        });
    }

    /** Both directions work from here on, and nothing reached Waxwing's application twice. */
    private void assertTalkWithoutRetries() throws Exception {
        for (int i = 0; i < 2; i++) {
            String there = alice.sendText(bob.phoneNumber(), "healthy there " + i);
            bob.awaitMessage(there);
            String back = bob.sendText(alice.phoneNumber().toString(), "healthy back " + i);
            alice.awaitMessage(back);
            assertThat(retriesOf(there)).isZero();
            assertThat(retriesOf(back)).isZero();
        }
        assertThat(alice.received())
                .extracting(received -> received.message().id())
                .doesNotHaveDuplicates();
        assertThat(server.unhandled()).isEmpty();
    }

    private int retriesOf(String id) {
        return server.journal()
                .entries(entry -> entry.is(Direction.IN, "receipt")
                        && "retry".equals(entry.stanza().attr("type"))
                        && id.equals(entry.stanza().attr("id")))
                .size();
    }
}
