package dev.waxwing.scale;

import static java.util.concurrent.TimeUnit.SECONDS;

import dev.waxwing.Socket;
import dev.waxwing.SocketConfig;
import dev.waxwing.event.ConnectionUpdate.State;
import dev.waxwing.event.Events;
import dev.waxwing.event.MessagesUpsert;
import dev.waxwing.model.WebMessage;
import dev.waxwing.model.content.Content;
import dev.waxwing.process.ServerTrust;
import dev.waxwing.store.MemoryStore;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** The process of {@link ManyAccountsIT}: links many accounts and answers what it is asked, line by line. */
final class ManyAccountsClient {

    private static final int PATIENCE_SECONDS = 85;
    private static final int LINKED_AT_ONCE = 20;
    private static final int MESSAGES = 200;
    private static final int BLOCKED_LISTENERS = 4;
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private final List<Socket> sockets = new ArrayList<>();
    private final AtomicInteger reopened = new AtomicInteger();
    private final Map<String, CompletableFuture<Long>> heard = new ConcurrentHashMap<>();

    private ManyAccountsClient() {}

    public static void main(String[] args) throws Exception {
        ManyAccountsClient client = new ManyAccountsClient();
        long before = usedHeap();
        if (args.length == 1) {
            client.storm(Integer.parseInt(args[0]));
            say("storm " + THREADS.getPeakThreadCount());
            say("heap " + (usedHeap() - before) / client.sockets.size());
            Runtime.getRuntime().halt(0);
        }
        client.connect(args[0], Path.of(args[1]), Integer.parseInt(args[2]));
        say("connected " + THREADS.getPeakThreadCount());
        say("heap " + (usedHeap() - before) / client.sockets.size());
        THREADS.resetPeakThreadCount();
        say("ready");
        BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String command = commands.readLine(); command != null; command = commands.readLine()) {
            switch (command) {
                case "reconnected" -> {
                    client.awaitReopened();
                    say("reconnected " + THREADS.getPeakThreadCount());
                }
                case "measure" -> say("p99 " + client.p99Micros());
                case "block" -> say("blocked " + client.block());
                default -> throw new IllegalArgumentException(command);
            }
        }
        // Listeners that block for ever keep no process.
        Runtime.getRuntime().halt(0);
    }

    private void connect(String uri, Path trust, int count) throws Exception {
        Semaphore linking = new Semaphore(LINKED_AT_ONCE);
        CountDownLatch open = new CountDownLatch(count);
        for (int i = 0; i < count; i++) {
            if (!linking.tryAcquire(PATIENCE_SECONDS, SECONDS)) {
                throw new IllegalStateException("linking takes too long");
            }
            int number = i;
            Socket socket = Socket.connect(
                    ServerTrust.config(uri, trust).store(MemoryStore.create()).build());
            sockets.add(socket);
            AtomicBoolean down = new AtomicBoolean();
            socket.ev().on(Events.CONNECTION_UPDATE, update -> {
                update.qr().ifPresent(qr -> say("qr " + number + " " + qr));
                if (update.state() == State.RECONNECTING) {
                    down.set(true);
                } else if (update.state() == State.OPEN && down.compareAndSet(true, false)) {
                    reopened.incrementAndGet();
                }
            });
            socket.ev().on(Events.MESSAGES_UPSERT, this::arrived);
            socket.whenOpen().thenRun(() -> {
                linking.release();
                open.countDown();
            });
        }
        if (!open.await(PATIENCE_SECONDS, SECONDS)) {
            throw new IllegalStateException(open.getCount() + " accounts did not open");
        }
    }

    /** Accounts that find nobody at the server's port, until each has failed to connect three times. */
    private void storm(int count) throws Exception {
        CountDownLatch failures = new CountDownLatch(3 * count);
        for (int i = 0; i < count; i++) {
            Socket socket = Socket.connect(SocketConfig.builder()
                    .store(MemoryStore.create())
                    .uri(URI.create("ws://127.0.0.1:1/ws"))
                    .build());
            sockets.add(socket);
            socket.ev().on(Events.CONNECTION_UPDATE, update -> {
                if (update.state() == State.RECONNECTING) {
                    failures.countDown();
                }
            });
        }
        if (!failures.await(PATIENCE_SECONDS, SECONDS)) {
            throw new IllegalStateException(failures.getCount() + " attempts did not come to their end");
        }
    }

    private void arrived(MessagesUpsert upsert) {
        for (WebMessage message : upsert.messages()) {
            CompletableFuture<Long> arrival = heard.get(message.text());
            if (arrival != null) {
                arrival.complete(System.nanoTime());
            }
        }
    }

    private void awaitReopened() throws InterruptedException {
        long deadline = System.nanoTime() + SECONDS.toNanos(PATIENCE_SECONDS);
        while (reopened.get() < sockets.size()) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException(reopened.get() + " of " + sockets.size() + " accounts came back");
            }
            Thread.sleep(20);
        }
    }

    /** Messages from one account to another, one at a time: from the call to the listener. */
    private long p99Micros() throws Exception {
        List<Long> taken = new ArrayList<>();
        for (int i = 0; i < MESSAGES; i++) {
            String text = "measured " + i + " " + System.nanoTime();
            CompletableFuture<Long> arrival = new CompletableFuture<>();
            heard.put(text, arrival);
            int from = 1 + i % 10;
            long start = System.nanoTime();
            sockets.get(from)
                    .sendMessage(sockets.get(from + 10).user().orElseThrow(), Content.text(text))
                    .get(PATIENCE_SECONDS, SECONDS);
            taken.add((arrival.get(PATIENCE_SECONDS, SECONDS) - start) / 1_000);
        }
        taken.sort(null);
        return taken.get(taken.size() * 99 / 100);
    }

    /** Gives the first account listeners that never return, and a message for each. */
    private int block() throws Exception {
        CountDownLatch blocked = new CountDownLatch(BLOCKED_LISTENERS);
        CompletableFuture<Void> never = new CompletableFuture<>();
        for (int i = 0; i < BLOCKED_LISTENERS; i++) {
            sockets.get(0).ev().on(Events.MESSAGES_UPSERT, upsert -> {
                blocked.countDown();
                never.join();
            });
        }
        sockets.get(1)
                .sendMessage(sockets.get(0).user().orElseThrow(), Content.text("block"))
                .get(PATIENCE_SECONDS, SECONDS);
        if (!blocked.await(PATIENCE_SECONDS, SECONDS)) {
            throw new IllegalStateException("the listeners were not called");
        }
        return BLOCKED_LISTENERS;
    }

    private static long usedHeap() throws IOException {
        System.gc();
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    private static synchronized void say(String line) {
        System.out.println(line);
    }
}
