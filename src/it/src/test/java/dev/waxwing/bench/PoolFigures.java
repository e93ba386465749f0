package dev.waxwing.bench;

import static java.util.concurrent.TimeUnit.SECONDS;

import dev.waxwing.Socket;
import dev.waxwing.SocketConfig;
import dev.waxwing.SocketPool;
import dev.waxwing.event.Events;
import dev.waxwing.model.Jid;
import dev.waxwing.model.content.Content;
import dev.waxwing.scaling.BatchOptions;
import dev.waxwing.scaling.BatchResult;
import dev.waxwing.scaling.BatchSend;
import dev.waxwing.scaling.Pacing;
import dev.waxwing.scaling.Rotation;
import dev.waxwing.store.MemoryStore;
import dev.waxwing.testkit.LoopbackServer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * What pacing off brings: one socket, a pool of three, and {@code sendAll}, all in one process with the loopback server
 * and the simulated phones that get the messages. See {@code docs/scaling.md}.
 */
final class PoolFigures {

    private static final int SOCKETS = 3;
    private static final int CHATS = 30;
    private static final int MESSAGES = 3_000;
    private static final int ROUNDS = 3;
    private static final int RECIPIENTS = 500;
    private static final int IN_FLIGHT = 64;
    private static final int MINUTES = 5;

    private PoolFigures() {}

    public static void main(String[] args) throws Exception {
        try (LoopbackServer server = LoopbackServer.start()) {
            List<Jid> chats = phones(server, "chat", CHATS);
            List<Socket> sockets = new ArrayList<>();
            for (int i = 0; i < SOCKETS; i++) {
                sockets.add(connect(server, "sender " + i));
            }
            try (SocketPool pool = pool(sockets)) {
                for (int round = 0; round < ROUNDS; round++) {
                    say(
                            "one socket, %d in flight: %.0f messages/s",
                            IN_FLIGHT, rate(chats, to -> sockets.get(0).sendMessage(to, Content.text("hello"))));
                    say(
                            "pool of %d, %d in flight: %.0f messages/s",
                            SOCKETS, IN_FLIGHT, rate(chats, to -> pool.sendMessage(to, Content.text("hello"))));
                }
                say("one socket, %s", sendAll(sockets.get(0)::sendAll, phones(server, "of one", RECIPIENTS)));
                say("pool of %d, %s", SOCKETS, sendAll(pool::sendAll, phones(server, "of all", RECIPIENTS)));
            }
        }
        System.exit(0);
    }

    private static double rate(List<Jid> chats, Function<Jid, CompletableFuture<?>> send) throws InterruptedException {
        Semaphore room = new Semaphore(IN_FLIGHT);
        long start = System.nanoTime();
        for (int i = 0; i < MESSAGES; i++) {
            room.acquire();
            send.apply(chats.get(i % CHATS)).whenComplete((sent, failure) -> {
                if (failure != null) {
                    say("failed: %s", failure);
                }
                room.release();
            });
        }
        room.acquire(IN_FLIGHT);
        return MESSAGES / secondsSince(start);
    }

    private interface Sending {
        BatchSend all(List<Jid> recipients, Function<Jid, Content> content, BatchOptions options);
    }

    private static String sendAll(Sending sending, List<Jid> recipients) throws Exception {
        BatchOptions unpaced = BatchOptions.builder().pacing(Pacing.NONE).build();
        long start = System.nanoTime();
        BatchResult result = sending.all(recipients, to -> Content.text("hello"), unpaced)
                .result()
                .get(MINUTES * 60L, SECONDS);
        double seconds = secondsSince(start);
        return String.format(
                Locale.ROOT,
                "sendAll to %d new recipients: %d sent in %.1f s, %.0f/s",
                recipients.size(),
                result.progress().sent(),
                seconds,
                recipients.size() / seconds);
    }

    private static SocketPool pool(List<Socket> sockets) {
        SocketPool.Builder pool =
                SocketPool.builder().rotation(Rotation.STICKY_PER_CHAT).pacing(Pacing.NONE);
        sockets.forEach(pool::add);
        return pool.build();
    }

    private static List<Jid> phones(LoopbackServer server, String name, int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> server.phone(name + " " + i).jid())
                .toList();
    }

    private static Socket connect(LoopbackServer server, String name) throws Exception {
        Socket socket = Socket.connect(SocketConfig.builder()
                .store(MemoryStore.create())
                .connection(connection -> connection
                        .uri(server.uri())
                        .noiseRootPublicKey(server.noiseRootPublicKey())
                        .trustedCertificates(List.of(server.caCertificate())))
                .linking(linking -> linking.pushName(name))
                .build());
        socket.ev().on(Events.CONNECTION_UPDATE, update -> update.qr().ifPresent(server.phone(name)::scanQr));
        socket.whenOpen().get(60, SECONDS);
        return socket;
    }

    private static double secondsSince(long start) {
        return (System.nanoTime() - start) / 1e9;
    }

    private static void say(String format, Object... values) {
        System.out.printf(Locale.ROOT, format + "%n", values);
    }
}
