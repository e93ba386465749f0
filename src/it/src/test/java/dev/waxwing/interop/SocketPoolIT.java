package dev.waxwing.interop;

import static dev.waxwing.interop.BaileysProcess.isEvent;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.waxwing.SocketPool;
import dev.waxwing.SocketStats;
import dev.waxwing.event.ConnectionUpdate;
import dev.waxwing.event.Events;
import dev.waxwing.model.Jid;
import dev.waxwing.model.SentMessage;
import dev.waxwing.model.content.Content;
import dev.waxwing.model.content.WebMessage;
import dev.waxwing.scaling.Pacing;
import dev.waxwing.scaling.Rotation;
import dev.waxwing.testkit.LoopbackServer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A pool of three Waxwing sockets writes to stock Baileys clients and Waxwing clients, 3,000 messages, and in the
 * middle the server drops one of the three connections.
 */
class SocketPoolIT {
    private static final Logger LOG = LoggerFactory.getLogger(SocketPoolIT.class);
    private static final int SOCKETS = 3;
    private static final int MESSAGES = 3_000;
    private static final int BAILEYS = 2;
    private static final int WAXWING = 4;
    private static final int RECEIVERS = BAILEYS + WAXWING;
    private static final long PATIENCE_SECONDS = 60;

    private final Deque<AutoCloseable> open = new ArrayDeque<>();
    private final List<WaxwingClient> senders = new ArrayList<>();
    private final List<Receiver> receivers = new ArrayList<>();
    private LoopbackServer server;

    @BeforeEach
    void link() throws Exception {
        server = LoopbackServer.start();
        open.push(server);
        for (int i = 0; i < BAILEYS; i++) {
            BaileysClient client = BaileysClient.link(server, "baileys" + i, "Baileys " + i);
            open.push(client);
            receivers.add(new BaileysReceiver(client));
        }
        for (int i = 0; i < WAXWING; i++) {
            WaxwingClient client = WaxwingClient.link(server, "waxwing" + i, "Waxwing " + i);
            open.push(client);
            receivers.add(new WaxwingReceiver(client));
        }
        for (int i = 0; i < SOCKETS; i++) {
            WaxwingClient sender = WaxwingClient.link(server, "sender" + i, "Sender " + i);
            open.push(sender);
            senders.add(sender);
        }
    }

    @AfterEach
    void close() throws Exception {
        while (!open.isEmpty()) {
            open.pop().close();
        }
    }

    @Test
    void givenChatsStayWithTheirSockets_whenOneSocketIsCut_thenNothingIsLostNorTwiceAndEachChatKeepsItsOrder()
            throws Exception {
        SocketPool pool = pool(Rotation.STICKY_PER_CHAT);

        Sending sending = sendAndCut(pool);

        assertSharesEven(pool);
        for (int i = 0; i < RECEIVERS; i++) {
            assertThat(receivers.get(i).awaitTexts(sending.textsTo(i)))
                    .as("what receiver %d got, in order", i)
                    .containsExactlyElementsOf(sending.textsTo(i));
        }
        assertThat(server.unhandled()).isEmpty();
    }

    @Test
    void givenSocketsTakeTurns_whenOneSocketIsCut_thenNothingIsLostNorTwiceAndSharesEvenOut() throws Exception {
        SocketPool pool = pool(Rotation.ROUND_ROBIN);

        Sending sending = sendAndCut(pool);

        assertSharesEven(pool);
        for (int i = 0; i < RECEIVERS; i++) {
            assertThat(receivers.get(i).awaitTexts(sending.textsTo(i)))
                    .as("what receiver %d got", i)
                    .containsExactlyInAnyOrderElementsOf(sending.textsTo(i));
        }
        assertThat(server.unhandled()).isEmpty();
    }

    @Test
    void givenSocketsTakeTurns_whenAllStayOpen_thenTheirSharesAreEven() throws Exception {
        SocketPool pool = pool(Rotation.ROUND_ROBIN);

        Sending sending = new Sending();
        sending.send(pool, MESSAGES);
        sending.awaitAcks();

        report("turns, all open", pool, sending);
        assertSharesEven(pool);
    }

    /** A third goes out before the cut and across it, one while the socket is down, and one when it is back. */
    private Sending sendAndCut(SocketPool pool) throws Exception {
        CompletableFuture<ConnectionUpdate> cut = new CompletableFuture<>();
        CompletableFuture<ConnectionUpdate> back = new CompletableFuture<>();
        pool.ev().on(Events.CONNECTION_UPDATE, (socket, update) -> {
            if (socket != senders.get(1).socket()) {
                return;
            }
            if (update.state() == ConnectionUpdate.State.RECONNECTING) {
                cut.complete(update);
            } else if (update.state() == ConnectionUpdate.State.OPEN && cut.isDone()) {
                back.complete(update);
            }
        });
        Sending sending = new Sending();
        sending.send(pool, MESSAGES / 3);
        sending.awaitAck(MESSAGES / 6);
        server.connections().close(senders.get(1).device(), 0);
        cut.get(PATIENCE_SECONDS, SECONDS);
        sending.send(pool, MESSAGES / 3);
        back.get(PATIENCE_SECONDS, SECONDS);
        sending.send(pool, MESSAGES / 3);
        sending.awaitAcks();
        report(sending.name, pool, sending);
        return sending;
    }

    private static void assertSharesEven(SocketPool pool) {
        double even = (double) MESSAGES / SOCKETS;
        assertThat(pool.stats())
                .allSatisfy(stats -> assertThat((double) stats.sent()).isCloseTo(even, within(even * 0.02)));
    }

    private static void report(String what, SocketPool pool, Sending sending) {
        LOG.info(
                "{}: {} messages in {} s, {}/s; shares {}",
                what,
                MESSAGES,
                String.format(Locale.ROOT, "%.1f", sending.seconds()),
                Math.round(MESSAGES / sending.seconds()),
                pool.stats().stream().map(SocketStats::sent).toList());
    }

    private SocketPool pool(Rotation rotation) {
        SocketPool.Builder builder = SocketPool.builder().rotation(rotation).pacing(Pacing.NONE);
        senders.forEach(sender -> builder.add(sender.socket()));
        SocketPool pool = builder.build();
        open.push(pool);
        return pool;
    }

    /** Messages that go to each receiver in turn. */
    private final class Sending {

        private final String name = "one socket cut in the middle";
        private final List<CompletableFuture<SentMessage>> futures = new ArrayList<>();
        private final List<List<String>> texts = new ArrayList<>();
        private final long start = System.nanoTime();
        private long end;

        Sending() {
            for (int i = 0; i < RECEIVERS; i++) {
                texts.add(new ArrayList<>());
            }
        }

        void send(SocketPool pool, int count) {
            for (int i = 0; i < count; i++) {
                int receiver = futures.size() % RECEIVERS;
                String text = "message " + futures.size();
                texts.get(receiver).add(text);
                futures.add(pool.sendMessage(receivers.get(receiver).address(), Content.text(text)));
            }
        }

        void awaitAck(int index) throws Exception {
            futures.get(index).get(PATIENCE_SECONDS, SECONDS);
        }

        void awaitAcks() throws Exception {
            Set<String> ids = new HashSet<>();
            for (CompletableFuture<SentMessage> future : futures) {
                ids.add(future.get(PATIENCE_SECONDS, SECONDS).id());
            }
            end = System.nanoTime();
            assertThat(ids).hasSize(MESSAGES);
        }

        double seconds() {
            return Duration.ofNanos(end - start).toMillis() / 1000.0;
        }

        List<String> textsTo(int receiver) {
            return texts.get(receiver);
        }
    }

    /** Somebody whom the pool writes to. */
    private interface Receiver {

        Jid address();

        /** Waits until each of these came, and answers all that came, in order. */
        List<String> awaitTexts(List<String> expected) throws Exception;
    }

    private record BaileysReceiver(BaileysClient client) implements Receiver {

        @Override
        public Jid address() {
            return Jid.parse(client.phoneNumber());
        }

        @Override
        public List<String> awaitTexts(List<String> expected) throws Exception {
            Set<String> missing = new HashSet<>(expected);
            while (!missing.isEmpty()) {
                JsonNode message = client.process()
                        .awaitEvent(
                                missing.size() + " more messages",
                                event -> isEvent(event, "message") && missing.contains(text(event)));
                missing.remove(text(message));
            }
            return client.process().seen("message").stream()
                    .map(BaileysReceiver::text)
                    .toList();
        }

        private static String text(JsonNode event) {
            return event.path("text").asText();
        }
    }

    private record WaxwingReceiver(WaxwingClient client) implements Receiver {

        @Override
        public Jid address() {
            return client.phoneNumber();
        }

        @Override
        public List<String> awaitTexts(List<String> expected) throws Exception {
            client.awaitTexts(expected);
            return client.received().stream()
                    .map(WaxwingClient.Received::message)
                    .map(WebMessage::text)
                    .toList();
        }
    }
}
