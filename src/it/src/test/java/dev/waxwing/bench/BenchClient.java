package dev.waxwing.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.waxwing.Socket;
import dev.waxwing.event.Events;
import dev.waxwing.model.Jid;
import dev.waxwing.model.content.Content;
import dev.waxwing.process.ServerTrust;
import dev.waxwing.store.SqliteStore;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.file.Path;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A Waxwing account in a process of its own, on SQLite with default durability; {@code bench-client.mjs} is the same
 * for Baileys. Arguments: the server's URI, the folder with its keys, the folder of the store. Says {@code qr <text>}
 * and {@code open <jid>}; takes {@code greet <jid>}, {@code send <jid> <in flight>}, {@code stop}, {@code acked},
 * {@code received} and {@code heap}.
 */
final class BenchClient {

    private final Socket socket;
    private final AtomicLong acked = new AtomicLong();
    private final AtomicLong received = new AtomicLong();
    private volatile boolean sending;

    private BenchClient(Socket socket) {
        this.socket = socket;
    }

    public static void main(String[] args) throws Exception {
        Path keys = Path.of(args[1]);
        try (SqliteStore store = SqliteStore.at(Path.of(args[2]).resolve("account.db"));
                Socket socket = Socket.connect(ServerTrust.config(args[0], keys)
                        .store(store)
                        .markOnlineOnConnect(true)
                        .linking(linking -> linking.pushName("bench"))
                        .build())) {
            new BenchClient(socket).run();
        }
    }

    private void run() throws Exception {
        socket.ev().on(Events.CONNECTION_UPDATE, update -> update.qr().ifPresent(qr -> say("qr " + qr)));
        socket.ev()
                .on(
                        Events.MESSAGES_UPSERT,
                        batch -> received.addAndGet(batch.messages().size()));
        socket.ev().on(Events.MESSAGE_UNDECRYPTABLE, failed -> say("undecryptable " + failed.reason()));
        socket.whenOpen()
                .thenRun(() -> say("open " + socket.user().orElseThrow().withoutDevice()));
        BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, UTF_8));
        for (String line = commands.readLine(); line != null; line = commands.readLine()) {
            String[] words = line.split(" ");
            switch (words[0]) {
                case "send" -> send(Jid.parse(words[1]), Integer.parseInt(words[2]));
                case "greet" -> socket.sendMessage(Jid.parse(words[1]), Content.text("Hello"));
                case "stop" -> sending = false;
                case "acked" -> say("acked " + acked);
                case "received" -> say("received " + received);
                case "heap" -> say("heap " + UsedHeap.bytes());
                default -> throw new IllegalArgumentException("no command " + words[0]);
            }
        }
    }

    private void send(Jid to, int inFlight) {
        sending = true;
        Thread sender = new Thread(() -> sendUntilStopped(to, inFlight), "bench-sender");
        sender.setDaemon(true);
        sender.start();
    }

    private void sendUntilStopped(Jid to, int inFlight) {
        Semaphore free = new Semaphore(inFlight);
        for (long number = 1; sending; number++) {
            free.acquireUninterruptibly();
            socket.sendMessage(to, Content.text("Message " + number + " of the side-by-side run"))
                    .whenComplete((sent, failure) -> {
                        // Counted first: whoever takes all places must see every ack in the count.
                        if (failure == null) {
                            acked.incrementAndGet();
                        } else {
                            say("failed " + failure);
                        }
                        free.release();
                    });
        }
        // Whoever takes all places has seen the last ack.
        free.acquireUninterruptibly(inFlight);
        say("stopped");
    }

    private static synchronized void say(String line) {
        System.out.println(line);
    }
}
