package dev.waxwing;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.waxwing.event.Events;
import dev.waxwing.model.Jid;
import dev.waxwing.model.SentMessage;
import dev.waxwing.model.content.WebMessage;
import dev.waxwing.store.AccountStore;
import dev.waxwing.store.MemoryStore;
import dev.waxwing.testkit.LoopbackServer;
import dev.waxwing.testkit.traffic.Direction;
import dev.waxwing.testkit.traffic.JournalEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A device that was away for long comes back to a flood: it takes it in portions and stays a good client meanwhile. */
final class OfflineFloodIT {

    private static final int FLOOD = 10_000;
    private static final int WINDOW = 1_000;

    /** Two batches of the backlog on their way, and what may be with the handlers when another is asked for. */
    private static final int MOST_UNCONFIRMED = 2 * 200 + 256;

    /** Gives backlogs as the service does: in batches, as they are asked for. */
    private final LoopbackServer server =
            LoopbackServer.builder().strict(true).journalLimit(10 * FLOOD).start();

    @RegisterExtension
    final Accounts accounts = new Accounts(server);

    @Test
    void givenTenThousandMessagesWait_whenDeviceComesBack_thenItTakesThemInPortionsInOrderAndAnswersMeanwhile()
            throws Exception {
        Client alice = accounts.client("alice", accounts.keep(MemoryStore.create()));
        AccountStore store = accounts.keep(MemoryStore.create());
        Client bob = accounts.client("bob", store);
        Jid device = bob.device();
        Heard<WebMessage> live = bob.messages();
        alice.sent(bob, "live");
        live.awaitCount(1);
        bob.close();
        sendFlood(alice, bob);
        server.journal().clear();

        CompletableFuture<?> pinged = server.journal()
                .await(isOut(device, "message"))
                // On the server's thread, so that the ping stands right behind the first message.
                .thenCompose(first -> server.connections().ping(device));
        Heard<WebMessage> heard = new Heard<>();
        Client back = accounts.keep(Client.connect(
                server,
                "bob",
                Client.config(server, store)
                        .linking(linking -> linking.pushName("bob"))
                        .build()));
        back.socket().ev().on(Events.MESSAGES_UPSERT, batch -> batch.messages().forEach(heard));
        heard.awaitCount(1);
        Heard<WebMessage> atAlice = alice.messages();
        SentMessage reply = back.sent(alice, "busy");
        pinged.get(Client.PATIENCE_SECONDS, SECONDS);
        List<WebMessage> all = heard.awaitCount(FLOOD);
        JournalEntry end = server.journal().await(isEnd(device)).get(Client.PATIENCE_SECONDS, SECONDS);

        assertThat(all.stream().map(WebMessage::text))
                .containsExactlyElementsOf(
                        IntStream.range(0, FLOOD).mapToObj(i -> "away " + i).toList());
        assertThat(atAlice.awaitCount(1).get(0).text()).isEqualTo("busy");
        List<JournalEntry> entries = server.journal()
                .entries(entry -> entry.device().filter(device::equals).isPresent());
        List<JournalEntry> meanwhile = entries.subList(0, entries.indexOf(end));
        assertThat(meanwhile)
                .as("the answer to the ping")
                .anyMatch(entry -> entry.is(Direction.IN, "iq")
                        && "result".equals(entry.stanza().attr("type")));
        assertThat(meanwhile)
                .as("the ack of the reply")
                .anyMatch(entry -> entry.is(Direction.OUT, "ack")
                        && reply.key().id().equals(entry.stanza().attr("id")));
        assertThat(mostUnconfirmed(entries)).isLessThanOrEqualTo(MOST_UNCONFIRMED);
        assertThat(heard.all()).as("none twice").hasSize(FLOOD);
    }

    private static void sendFlood(Client from, Client to) throws Exception {
        for (int first = 0; first < FLOOD; first += WINDOW) {
            List<CompletableFuture<SentMessage>> window = new ArrayList<>();
            for (int i = first; i < first + WINDOW; i++) {
                window.add(from.send(to, "away " + i));
            }
            for (CompletableFuture<SentMessage> sent : window) {
                sent.get(Client.PATIENCE_SECONDS, SECONDS);
            }
        }
    }

    private static Predicate<JournalEntry> isOut(Jid device, String tag) {
        return entry -> entry.is(Direction.OUT, tag)
                && entry.device().filter(device::equals).isPresent();
    }

    /** Where the server says that nothing more waits. */
    private static Predicate<JournalEntry> isEnd(Jid device) {
        return isOut(device, "ib").and(entry -> entry.stanza().child("offline") != null);
    }

    /**
     * How many messages were on their way to a device at most: written by the server, and not confirmed by a receipt
     * that came. No more can have been with the handlers of the device at any moment.
     */
    private static int mostUnconfirmed(List<JournalEntry> entries) {
        int unconfirmed = 0;
        int most = 0;
        for (JournalEntry entry : entries) {
            if (entry.is(Direction.OUT, "message")) {
                unconfirmed++;
                most = Math.max(most, unconfirmed);
            } else if (entry.is(Direction.IN, "receipt")) {
                var list = entry.stanza().child("list");
                unconfirmed -= 1 + (list == null ? 0 : list.children("item").size());
            }
        }
        return most;
    }
}
