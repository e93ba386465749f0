package dev.waxwing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waxwing.error.StoreFailedException;
import dev.waxwing.model.content.WebMessage;
import dev.waxwing.store.AccountStore;
import dev.waxwing.store.MemoryStore;
import dev.waxwing.store.SqliteStore;
import dev.waxwing.testkit.LoopbackServer;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An application that closes the store before its socket. */
final class ClosedStoreLoopbackTest {

    @Test
    void storeClosedUnderAnOpenSocket_whenAMessageComes_thenTheSocketClosesWithTheReasonAndTheMessageIsNotLost(
            @TempDir Path folder) throws Exception {
        Path file = folder.resolve("bob.db");
        try (LoopbackServer server = LoopbackServer.start();
                Client alice = Client.open(server, "alice", MemoryStore.create())) {
            AccountStore store = SqliteStore.at(file);
            try (Client bob = Client.open(server, "bob", store)) {
                store.close();

                alice.sent(bob, "is anybody there?");

                assertThat(bob.end()).isInstanceOf(StoreFailedException.class);
            }
            try (AccountStore reopened = SqliteStore.at(file);
                    Client bob = Client.connect(
                            server, "bob", Client.config(server, reopened).build())) {
                Heard<WebMessage> messages = bob.messages();
                messages.await(message -> message.text().equals("is anybody there?"));
            }
        }
    }
}
