package dev.waxwing;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.waxwing.error.WaxwingException;
import dev.waxwing.event.Events;
import dev.waxwing.model.Jid;
import dev.waxwing.model.content.Content;
import dev.waxwing.model.content.WebMessage;
import dev.waxwing.scaling.BatchOptions;
import dev.waxwing.scaling.BatchProgress;
import dev.waxwing.scaling.BatchResult;
import dev.waxwing.scaling.BatchSend;
import dev.waxwing.scaling.Rotation;
import dev.waxwing.store.MemoryStore;
import dev.waxwing.testkit.LoopbackServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The samples of {@code docs/scaling.md}. */
final class ScalingGuideTest {

    private final LoopbackServer server = LoopbackServer.start();
    private final MemoryStore firstStore = MemoryStore.create();
    private final MemoryStore secondStore = MemoryStore.create();
    private final MemoryStore bobsStore = MemoryStore.create();
    private final List<String> alerts = new CopyOnWriteArrayList<>();
    private Client first;
    private Client second;
    private Client bob;

    @BeforeEach
    void open() throws Exception {
        first = Client.open(server, "first", firstStore);
        second = Client.open(server, "second", secondStore);
        bob = Client.open(server, "bob", bobsStore);
    }

    @AfterEach
    void close() {
        first.close();
        second.close();
        bob.close();
        server.close();
    }

    @Test
    void givenTwoSockets_whenPooledAsTheGuideSays_thenBobIsToldAndGetsAnAnswer() throws Exception {
        Heard<WebMessage> atBob = bob.messages();
        try (SocketPool pool = pool(first.socket(), second.socket())) {
            pool.sendMessage(bob.jid(), Content.text("Your order is on its way"))
                    .get(60, SECONDS);
            bob.send(second, "When?");

            assertThat(atBob.awaitCount(2))
                    .extracting(WebMessage::text)
                    .containsExactlyInAnyOrder("Your order is on its way", "Thank you");
        }
        assertThat(alerts).isEmpty();
    }

    private SocketPool pool(Socket first, Socket second) {
        SocketPool pool = SocketPool.builder()
                .add(first)
                .add(second)
                .rotation(Rotation.STICKY_PER_CHAT)
                .build();
        pool.ev()
                .on(
                        Events.MESSAGES_UPSERT,
                        (socket, batch) -> batch.messages()
                                .forEach(message ->
                                        socket.sendMessage(message.key().remoteJid(), Content.text("Thank you"))));
        pool.ev().onSocketEnded((socket, reason) -> alert(socket, reason));
        return pool;
    }

    @Test
    void givenSubscribers_whenSentToAllAsTheGuideSays_thenOnlyWhoOptedOutGetsNothing() throws Exception {
        Heard<WebMessage> atBob = bob.messages();
        Map<Jid, String> names = Map.of(bob.jid(), "Bob", second.jid(), "Second");
        List<BatchProgress> shown = new ArrayList<>();

        BatchResult result = send(first.socket(), List.of(bob.jid(), second.jid()), names, Set.of(second.jid()), shown);

        assertThat(atBob.awaitCount(1)).extracting(WebMessage::text).containsExactly("Hello Bob");
        assertThat(result.sent()).containsOnlyKeys(bob.jid());
        assertThat(shown).hasSize(2).endsWith(new BatchProgress(2, 1, 0, 1, 0));
    }

    private BatchResult send(
            Socket sock, List<Jid> subscribers, Map<Jid, String> names, Set<Jid> optedOut, List<BatchProgress> shown)
            throws Exception {
        BatchSend batch = sock.sendAll(
                subscribers,
                recipient -> Content.text("Hello " + names.get(recipient)),
                BatchOptions.builder()
                        .skipIf(optedOut::contains)
                        .deadline(Duration.ofHours(2))
                        .messageIds(recipient -> "june-" + recipient.user())
                        .listener((recipient, outcome, progress) -> shown.add(progress))
                        .build());
        BatchResult result = batch.result().get(60, SECONDS);
        result.failed().forEach((recipient, reason) -> alerts.add(recipient + ": " + reason));
        return result;
    }

    private void alert(Socket socket, WaxwingException reason) {
        alerts.add(socket.state() + ": " + reason);
    }
}
