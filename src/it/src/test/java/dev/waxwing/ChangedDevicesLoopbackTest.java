package dev.waxwing;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.waxwing.model.Jid;
import dev.waxwing.model.SentMessage;
import dev.waxwing.model.content.WebMessage;
import dev.waxwing.testkit.LoopbackServer;
import dev.waxwing.testkit.traffic.Direction;
import dev.waxwing.testkit.traffic.JournalEntry;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Devices that come and go in the middle of a conversation, on a server that tells of them. */
final class ChangedDevicesLoopbackTest {

    private final LoopbackServer server = LoopbackServer.start();

    @RegisterExtension
    final Accounts accounts = new Accounts(server);

    @Test
    void givenAConversation_whenTheContactLinksAnotherDevice_thenTheNextMessageGoesThereWithoutAQuery()
            throws Exception {
        Client alice = accounts.client("alice");
        Client bob = accounts.client("bob");
        alice.sent(bob, "to one device");
        int queries = queriesOf(alice);

        Client desktop = accounts.client("bob");
        Heard<WebMessage> atDesktop = desktop.messages();
        Heard<WebMessage> atBob = bob.messages();
        awaitHandled(alice, "devices", "add");
        SentMessage sent = alice.sent(bob, "to both devices");

        assertThat(atDesktop.await(message -> true).id()).isEqualTo(sent.id());
        atBob.await(message -> message.id().equals(sent.id()));
        assertThat(queriesOf(alice)).isEqualTo(queries);
    }

    @Test
    void givenAConversation_whenTheContactRemovesADevice_thenTheNextMessageLeavesItOutWithoutAQuery() throws Exception {
        Client alice = accounts.client("alice");
        Client bob = accounts.client("bob");
        Client desktop = accounts.client("bob");
        Jid removed = desktop.device();
        SentMessage before = alice.sent(bob, "to both devices");
        assertThat(recipients(before.id())).contains(removed.device());
        int queries = queriesOf(alice);

        server.phone("bob").removeCompanion(removed);
        awaitHandled(alice, "devices", "remove");
        SentMessage after = alice.sent(bob, "to the one that is left");

        assertThat(recipients(after.id())).contains(bob.device().device()).doesNotContain(removed.device());
        assertThat(queriesOf(alice)).isEqualTo(queries);
    }

    @Test
    void givenAConversation_whenTheOwnAccountLinksAnotherDevice_thenTheNextMessageIsCopiedThereWithoutAQuery()
            throws Exception {
        Client alice = accounts.client("alice");
        Client bob = accounts.client("bob");
        alice.sent(bob, "before");
        int queries = queriesOf(alice);

        Client desktop = accounts.client("alice");
        Heard<WebMessage> atDesktop = desktop.messages();
        awaitHandled(alice, "account_sync", "devices");
        SentMessage sent = alice.sent(bob, "after");

        assertThat(atDesktop.await(message -> true).id()).isEqualTo(sent.id());
        assertThat(queriesOf(alice)).isEqualTo(queries);
    }

    private int queriesOf(Client client) {
        return server.journal()
                .entries(entry -> entry.is(Direction.IN, "iq")
                        && "usync".equals(entry.stanza().attr("xmlns"))
                        && isOf(client, entry))
                .size();
    }

    /** Waits until a client has acknowledged a notice, and so has acted on it. */
    private void awaitHandled(Client client, String type, String child) throws Exception {
        String id = server.journal()
                .await(entry -> entry.is(Direction.OUT, "notification")
                        && type.equals(entry.stanza().attr("type"))
                        && entry.stanza().child(child) != null
                        && isOf(client, entry))
                .get(Client.PATIENCE_SECONDS, SECONDS)
                .stanza()
                .requireAttr("id");
        server.journal()
                .await(entry -> entry.is(Direction.IN, "ack")
                        && id.equals(entry.stanza().attr("id"))
                        && isOf(client, entry))
                .get(Client.PATIENCE_SECONDS, SECONDS);
    }

    private static boolean isOf(Client client, JournalEntry entry) {
        return entry.device().filter(client.device()::equals).isPresent();
    }

    /** The numbers of the devices of bob that a message went to. */
    private List<Integer> recipients(String messageId) {
        return server
                .journal()
                .entries(entry -> entry.is(Direction.IN, "message")
                        && messageId.equals(entry.stanza().attr("id")))
                .get(0)
                .stanza()
                .requireChild("participants")
                .children("to")
                .stream()
                .map(to -> to.requireJid("jid"))
                .filter(jid -> jid.isLid()
                        ? jid.sameUser(server.phone("bob").lid())
                        : jid.sameUser(server.phone("bob").jid()))
                .map(Jid::device)
                .toList();
    }
}
