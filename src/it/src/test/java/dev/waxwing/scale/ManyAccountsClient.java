package dev.waxwing.scale;

import static java.util.concurrent.TimeUnit.SECONDS;

import dev.waxwing.Socket;
import dev.waxwing.SocketConfig;
import dev.waxwing.event.ConnectionUpdate.State;
import dev.waxwing.event.Events;
import dev.waxwing.event.MessagesUpsert;
import dev.waxwing.event.Subscription;
import dev.waxwing.model.content.Content;
import dev.waxwing.model.content.WebMessage;
import dev.waxwing.process.ServerTrust;
import dev.waxwing.store.AccountStore;
import dev.waxwing.store.MemoryStore;
import dev.waxwing.store.SqliteStore;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The process of {@link ManyAccountsIT}: links many accounts and answers what it is asked, line by line. While
 * something takes long it says a line for each account that is done, so that whoever waits sees it go on.
 */
final class ManyAccountsClient {

    private static final int LINKED_AT_ONCE = 20;
    private static final int PAIRS = 20;
    private static final int MESSAGES = 500;
    private static final int BLOCKED_LISTENERS = 4;
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private final int count;
    private final Duration patience;
    private final List<Socket> sockets = new ArrayList<>();
    private final CountDownLatch reopened;
    private final Map<String, CompletableFuture<Long>> heard = new ConcurrentHashMap<>();
    private final List<Subscription> blocked = new ArrayList<>();
    private CompletableFuture<Void> released = new CompletableFuture<>();
    private long marginalHeap;

    private ManyAccountsClient(int count) {
        this.count = count;
        patience = Duration.ofSeconds(60).plusMillis(500L * count);
        reopened = new CountDownLatch(count);
    }

    public static void main(String[] args) throws Exception {
        ManyAccountsClient client = new ManyAccountsClient(Integer.parseInt(args[0]));
        if (args.length == 1) {
            client.storm();
            say("storm " + THREADS.getPeakThreadCount());
            say("heap " + client.marginalHeap);
            Runtime.getRuntime().halt(0);
        }
        client.connect(args[1], Path.of(args[2]), args[3]);
        say("connected " + THREADS.getPeakThreadCount());
        say("heap " + client.marginalHeap);
        THREADS.resetPeakThreadCount();
        say("ready");
        BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String command = commands.readLine(); command != null; command = commands.readLine()) {
            switch (command) {
                case "reconnected" -> {
                    client.await(client.reopened, "accounts came back");
                    say("reconnected " + THREADS.getPeakThreadCount());
                }
                case "measure" -> say("taken " + client.takenMicros());
                case "block" -> say("blocked " + client.block());
                case "release" -> say("released " + client.release());
                default -> throw new IllegalArgumentException(command);
            }
        }
        // Listeners that block for ever keep no process.
        Runtime.getRuntime().halt(0);
    }

    private void connect(String uri, Path folder, String storeKind) throws Exception {
        Semaphore linking = new Semaphore(LINKED_AT_ONCE);
        Marginal heap = new Marginal(count);
        CountDownLatch first = new CountDownLatch(heap.few());
        CountDownLatch open = new CountDownLatch(count);
        for (int i = 0; i < count; i++) {
            if (!linking.tryAcquire(patience.toSeconds(), SECONDS)) {
                throw new IllegalStateException("linking takes too long");
            }
            if (i == heap.few()) {
                await(first, "first accounts opened");
                heap.fewAreThere();
            }
            int number = i;
            Socket socket = Socket.connect(ServerTrust.config(uri, folder)
                    .store(store(storeKind, folder, i))
                    .build());
            sockets.add(socket);
            AtomicInteger openings = new AtomicInteger();
            AtomicReference<State> last = new AtomicReference<>(State.CONNECTING);
            socket.ev().on(Events.CONNECTION_UPDATE, update -> {
                update.qr().ifPresent(qr -> say("qr " + number + " " + qr));
                if (last.getAndSet(update.state()) == update.state() || update.state() != State.OPEN) {
                    return;
                }
                int opening = openings.incrementAndGet();
                if (opening == 1) {
                    linking.release();
                    first.countDown();
                    open.countDown();
                } else if (opening == 2) {
                    reopened.countDown();
                    say("reopened " + number);
                }
            });
            socket.ev().on(Events.MESSAGES_UPSERT, this::arrived);
        }
        await(open, "accounts opened");
        marginalHeap = heap.each();
    }

    private static AccountStore store(String kind, Path folder, int number) {
        return switch (kind) {
            case "memory" -> MemoryStore.create();
            case "sqlite" -> SqliteStore.at(folder.resolve("account" + number + ".db"));
            default -> throw new IllegalArgumentException("store must be memory or sqlite but was " + kind);
        };
    }

    /** Accounts that find nobody at the server's port, until each has failed to connect three times. */
    private void storm() throws Exception {
        Marginal heap = new Marginal(count);
        CountDownLatch failures = new CountDownLatch(3 * count);
        for (int i = 0; i < count; i++) {
            if (i == heap.few()) {
                heap.fewAreThere();
            }
            Socket socket = Socket.connect(SocketConfig.builder()
                    .store(MemoryStore.create())
                    .connection(connection -> connection.uri(URI.create("ws://127.0.0.1:1/ws")))
                    .build());
            sockets.add(socket);
            socket.ev().on(Events.CONNECTION_UPDATE, update -> {
                if (update.state() == State.RECONNECTING) {
                    failures.countDown();
                }
            });
        }
        await(failures, "attempts came to their end");
        marginalHeap = heap.each();
    }

    private void arrived(MessagesUpsert upsert) {
        for (WebMessage message : upsert.messages()) {
            CompletableFuture<Long> arrival = heard.remove(message.text());
            if (arrival != null) {
                arrival.complete(System.nanoTime());
            }
        }
    }

    private void await(CountDownLatch latch, String what) throws InterruptedException {
        if (!latch.await(patience.toSeconds(), SECONDS)) {
            throw new IllegalStateException("not all " + what + ": " + latch.getCount() + " are missing");
        }
    }

    /** Messages from one account to another, one at a time, from the call to the listener: median and p99. */
    private String takenMicros() throws Exception {
        List<Long> taken = new ArrayList<>();
        int pairs = Math.min(PAIRS, (count - 1) / 2);
        for (int i = 0; i < MESSAGES; i++) {
            String text = "measured " + i + " " + System.nanoTime();
            CompletableFuture<Long> arrival = new CompletableFuture<>();
            heard.put(text, arrival);
            int from = 1 + i % pairs;
            long start = System.nanoTime();
            sockets.get(from)
                    .sendMessage(sockets.get(from + pairs).user().orElseThrow(), Content.text(text))
                    .get(patience.toSeconds(), SECONDS);
            taken.add((arrival.get(patience.toSeconds(), SECONDS) - start) / 1_000);
        }
        taken.sort(null);
        return taken.get(taken.size() / 2) + "/" + taken.get(taken.size() * 99 / 100);
    }

    /** Gives the first account listeners that do not return until they are released, and a message for each. */
    private int block() throws Exception {
        CountDownLatch called = new CountDownLatch(BLOCKED_LISTENERS);
        CompletableFuture<Void> release = new CompletableFuture<>();
        released = release;
        for (int i = 0; i < BLOCKED_LISTENERS; i++) {
            blocked.add(sockets.get(0).ev().on(Events.MESSAGES_UPSERT, upsert -> {
                called.countDown();
                release.join();
            }));
        }
        sockets.get(1)
                .sendMessage(sockets.get(0).user().orElseThrow(), Content.text("block"))
                .get(patience.toSeconds(), SECONDS);
        await(called, "listeners were called");
        return BLOCKED_LISTENERS;
    }

    private int release() {
        released.complete(null);
        blocked.forEach(Subscription::close);
        int count = blocked.size();
        blocked.clear();
        return count;
    }

    private static synchronized void say(String line) {
        System.out.println(line);
    }

    /** What an account costs beyond the first few, with which most classes are loaded and all threads run. */
    private static final class Marginal {

        private final int count;
        private long before;

        Marginal(int count) {
            this.count = count;
        }

        int few() {
            return Math.max(1, Math.min(count / 4, 50));
        }

        void fewAreThere() throws IOException {
            before = usedHeap();
        }

        long each() throws IOException {
            return (usedHeap() - before) / (count - few());
        }

        private static long usedHeap() throws IOException {
            System.gc();
            System.gc();
            return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
        }
    }
}
