package dev.waxwing;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.waxwing.error.SocketClosedException;
import dev.waxwing.model.Jid;
import dev.waxwing.model.SentMessage;
import dev.waxwing.model.content.Content;
import dev.waxwing.model.content.WebMessage;
import dev.waxwing.store.AccountStore;
import dev.waxwing.store.MemoryStore;
import dev.waxwing.store.SqliteStore;
import dev.waxwing.testkit.LoopbackServer;
import dev.waxwing.testkit.traffic.Direction;
import dev.waxwing.testkit.traffic.FaultAction;
import dev.waxwing.testkit.traffic.FaultRule;
import dev.waxwing.testkit.traffic.JournalEntry;
import dev.waxwing.testkit.traffic.StanzaMatch;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A message whose id the application chose is sent once, however often the call is repeated. */
final class SendOnceIT {

    private static final String ID = "invoice-4711";

    private final LoopbackServer server = LoopbackServer.start();

    @RegisterExtension
    final Accounts accounts = new Accounts(server);

    @TempDir
    Path folder;

    @Test
    void givenManyCallsAtOnceByBothAddresses_whenTheyHaveOneId_thenOneMessageIsMadeAndAllCompleteWithIt()
            throws Exception {
        Client alice = accounts.client("alice", MemoryStore.create());
        Client bob = accounts.client("bob", MemoryStore.create());
        Heard<WebMessage> atBob = bob.messages();
        Jid lid = bob.socket().lid().orElseThrow();
        List<CompletableFuture<SentMessage>> calls = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            calls.add(send(alice, i % 2 == 0 ? bob.jid() : lid));
        }

        SentMessage first = calls.get(0).get(Client.PATIENCE_SECONDS, SECONDS);
        for (CompletableFuture<SentMessage> call : calls) {
            assertThat(call.get(Client.PATIENCE_SECONDS, SECONDS)).isEqualTo(first);
        }
        assertThat(first.id()).isEqualTo(ID);
        alice.sent(bob, "fence");
        assertThat(texts(atBob.awaitCount(2))).containsExactly("invoice", "fence");
        assertThat(onTheWire()).hasSize(1);
    }

    @Test
    void givenAcknowledgedMessage_whenSentAgainAfterARestart_thenTheFirstAnswerIsGivenAtOnceWithoutAConnection()
            throws Exception {
        AccountStore store = sqlite();
        Client alice = accounts.client("alice", store);
        Client bob = accounts.client("bob", MemoryStore.create());
        SentMessage first = send(alice, bob.jid()).get(Client.PATIENCE_SECONDS, SECONDS);
        assertThat(send(alice, bob.jid()).get(Client.PATIENCE_SECONDS, SECONDS)).isEqualTo(first);
        assertThat(onTheWire()).hasSize(1);
        alice.close();
        store.close();

        Jid to = bob.jid();
        bob.close();
        server.close();
        AccountStore reopened = sqlite();
        accounts.keep(reopened);
        Client again =
                Client.connect(server, "alice", Client.config(server, reopened).build());
        accounts.keep(again);
        assertThat(send(again, to).get(Client.PATIENCE_SECONDS, SECONDS)).isEqualTo(first);
    }

    @Test
    void givenMessageInTheOutbox_whenSentAgainAfterARestart_thenItCompletesWithTheSameBytesAcknowledged()
            throws Exception {
        AccountStore store = sqlite();
        Client alice = accounts.client("alice", store);
        Client bob = accounts.client("bob", MemoryStore.create());
        Heard<WebMessage> atBob = bob.messages();
        FaultRule rule = server.faults().add(StanzaMatch.in("message").client(alice.jid()), new FaultAction.Drop());
        CompletableFuture<SentMessage> lost = send(alice, bob.jid());
        server.journal().await(entry -> entry.note().equals("lost")).get(Client.PATIENCE_SECONDS, SECONDS);
        alice.close();
        assertThat(Client.failure(lost)).isInstanceOf(SocketClosedException.class);
        store.close();
        rule.remove();

        AccountStore reopened = sqlite();
        Client again = accounts.client("alice", reopened);
        SentMessage sent = send(again, bob.jid()).get(Client.PATIENCE_SECONDS, SECONDS);

        assertThat(sent.id()).isEqualTo(ID);
        again.sent(bob, "fence");
        assertThat(texts(atBob.awaitCount(2))).containsExactly("invoice", "fence");
        List<JournalEntry> wire = onTheWire();
        assertThat(wire).hasSize(2);
        assertThat(wire.get(1).stanza()).isEqualTo(wire.get(0).stanza());
    }

    @Test
    void givenIdOfAnotherChat_whenSent_thenRefusedAndTheOthersInTheLaneGoOut() throws Exception {
        Client alice = accounts.client("alice", MemoryStore.create());
        Client bob = accounts.client("bob", MemoryStore.create());
        Client carol = accounts.client("carol", MemoryStore.create());
        Heard<WebMessage> atCarol = carol.messages();
        send(alice, bob.jid()).get(Client.PATIENCE_SECONDS, SECONDS);

        CompletableFuture<SentMessage> before = alice.send(carol, "before");
        CompletableFuture<SentMessage> wrong = send(alice, carol.jid());
        CompletableFuture<SentMessage> after = alice.send(carol, "after");

        assertThat(Client.failure(wrong))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(ID);
        before.get(Client.PATIENCE_SECONDS, SECONDS);
        after.get(Client.PATIENCE_SECONDS, SECONDS);
        assertThat(texts(atCarol.awaitCount(2))).containsExactly("before", "after");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "a b", "a/b", "ü", "a\n", "12345678901234567890123456789012345678901234567890123456789012345"
            })
    void givenIdOfAnotherShape_whenChosen_thenTheCallItselfRefuses(String id) {
        assertThatThrownBy(() -> SendOptions.builder().messageId(id))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("1 to 64 characters");
    }

    private static CompletableFuture<SentMessage> send(Client from, Jid to) {
        return from.socket()
                .sendMessage(
                        to,
                        Content.text("invoice"),
                        SendOptions.builder().messageId(ID).build());
    }

    private List<JournalEntry> onTheWire() {
        return server.journal()
                .entries(entry -> entry.is(Direction.IN, "message")
                        && ID.equals(entry.stanza().attr("id")));
    }

    private static List<String> texts(List<WebMessage> messages) {
        return messages.stream().map(WebMessage::text).toList();
    }

    private AccountStore sqlite() {
        return SqliteStore.at(folder.resolve("alice.db"));
    }
}
