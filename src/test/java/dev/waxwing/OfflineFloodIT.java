package dev.waxwing;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.waxwing.event.ConnectionUpdate;
import dev.waxwing.event.Events;
import dev.waxwing.model.Jid;
import dev.waxwing.model.SentMessage;
import dev.waxwing.model.WebMessage;
import dev.waxwing.store.AccountStore;
import dev.waxwing.store.MemoryStore;
import dev.waxwing.testkit.LoopbackServer;
import dev.waxwing.testkit.server.Direction;
import dev.waxwing.testkit.server.JournalEntry;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A device that was away for long comes back to a flood: it takes it in portions and stays a good client meanwhile. */
final class OfflineFloodIT {

    private static final int FLOOD = 10_000;
    private static final int WINDOW = 500;

    /** What the stream lets in before it stops reading, one portion that the server may send beyond it, and what the network holds. */
    private static final int MOST_UNCONFIRMED = 1_500;

    private final LoopbackServer server =
            LoopbackServer.builder().journalLimit(20 * FLOOD).start();
    private final Deque<AutoCloseable> open = new ArrayDeque<>();

    @AfterEach
    void stop() throws Exception {
        while (!open.isEmpty()) {
            open.pop().close();
        }
        server.close();
    }

    @Test
    void givenTenThousandMessagesWait_whenDeviceComesBack_thenItTakesThemInPortionsInOrderAndAnswersMeanwhile()
            throws Exception {
        Client alice = client("alice", MemoryStore.create());
        AccountStore store = MemoryStore.create();
        Client bob = client("bob", store);
        Jid device = bob.device();
        alice.sent(bob, "live");
        bob.messages().awaitCount(1);
        bob.close();
        for (int first = 0; first < FLOOD; first += WINDOW) {
            List<CompletableFuture<SentMessage>> window = new ArrayList<>();
            for (int i = first; i < first + WINDOW; i++) {
                window.add(alice.send(bob, "away " + i));
            }
            for (CompletableFuture<SentMessage> sent : window) {
                sent.get(Client.PATIENCE_SECONDS, SECONDS);
            }
        }
        server.journal().clear();

        Client back = client("bob", store);
        Heard<WebMessage> heard = new Heard<>();
        CompletableFuture<Void> firstCame = new CompletableFuture<>();
        back.socket().ev().on(Events.MESSAGES_UPSERT, batch -> {
            batch.messages().forEach(heard);
            firstCame.complete(null);
        });
        firstCame.get(Client.PATIENCE_SECONDS, SECONDS);
        server.connections().ping(device).get(Client.PATIENCE_SECONDS, SECONDS);
        Heard<WebMessage> atAlice = alice.messages();
        back.sent(alice, "busy");
        int whileBusy = heard.all().size();

        back.updates().await(ConnectionUpdate::receivedPendingNotifications);
        List<WebMessage> all = heard.awaitCount(FLOOD);
        assertThat(all.stream().map(WebMessage::text))
                .containsExactlyElementsOf(
                        IntStream.range(0, FLOOD).mapToObj(i -> "away " + i).toList());
        assertThat(whileBusy)
                .as("messages heard before the server had the reply")
                .isLessThan(FLOOD);
        assertThat(atAlice.awaitCount(1).get(0).text()).isEqualTo("busy");
        assertThat(mostUnconfirmed(device)).isLessThan(MOST_UNCONFIRMED);
    }

    /** How many messages were on their way to a device at most: written by the server, and not confirmed by a receipt. */
    private int mostUnconfirmed(Jid device) {
        int unconfirmed = 0;
        int most = 0;
        for (JournalEntry entry : server.journal()
                .entries(entry -> entry.device().filter(device::equals).isPresent())) {
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

    private Client client(String name, AccountStore store) throws Exception {
        open.push(store);
        Client client = Client.open(server, name, store);
        open.push(client);
        return client;
    }
}
