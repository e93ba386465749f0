package dev.waxwing.durability;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.waxwing.SendOptions;
import dev.waxwing.Socket;
import dev.waxwing.SocketConfig;
import dev.waxwing.event.ConnectionUpdate;
import dev.waxwing.event.Events;
import dev.waxwing.event.MessagesUpsert;
import dev.waxwing.model.Jid;
import dev.waxwing.model.content.Content;
import dev.waxwing.model.content.WebMessage;
import dev.waxwing.process.ServerTrust;
import dev.waxwing.store.SqliteStore;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * One side of {@link CrashIT} in a process of its own, on SQLite as it is by default. It is written as an application
 * should be that loses nothing: it makes the ids of its messages itself, keeps a journal of those that were
 * acknowledged, and when it is started again sends all others again, in order.
 *
 * <p>Arguments: the server's URI, the folder with what makes it trusted, its own folder, the hex digit its ids begin
 * with, a seed. Says {@code qr <text>}, {@code open <jid>}, {@code acked <count>}, {@code heard <count>}, and
 * {@code done} when all that it was told to send is acknowledged; {@code backlog} when it has what waited on the
 * server; {@code trouble <what>} must never come. Takes {@code send <jid> <group> <last number> <microseconds for each>}.
 */
final class CrashClient {

    static final String ACKED = "acked";
    static final String HEARD = "heard";
    static final String TROUBLE = "trouble";

    private static final int IN_FLIGHT = 64;
    private static final long LONGEST_WORK_MICROS = 2000;

    private final Socket socket;
    private final char author;
    private final Random random;
    private final HeardLog heard;
    private final DurableLines acked;
    private final DurableLines trouble;
    private final Set<String> ackedIds;
    private final Set<String> heardIds;

    /** Starts to connect when it can hear everything, the first update included. */
    private CrashClient(SocketConfig config, Path folder, char author, long seed) throws IOException {
        this.author = author;
        random = new Random(seed);
        Path heardPath = folder.resolve(HEARD);
        Path ackedPath = folder.resolve(ACKED);
        heardIds = new HashSet<>(HeardLog.judge(DurableLines.read(heardPath)).heard());
        heardIds.removeIf(id -> !Script.isWritten(id));
        ackedIds = new HashSet<>(DurableLines.read(ackedPath));
        heard = new HeardLog(DurableLines.open(heardPath));
        acked = DurableLines.open(ackedPath);
        trouble = DurableLines.open(folder.resolve(TROUBLE));
        socket = Socket.builder(config)
                .on(Events.MESSAGE_UNDECRYPTABLE, failed -> trouble("undecryptable " + failed))
                .on(Events.CONNECTION_UPDATE, this::connection)
                .on(Events.MESSAGES_UPSERT, this::messages)
                .start();
    }

    public static void main(String[] args) throws Exception {
        Path folder = Path.of(args[2]);
        try (SqliteStore store = SqliteStore.at(folder.resolve("account.db"))) {
            SocketConfig config = ServerTrust.config(args[0], Path.of(args[1]))
                    .store(store)
                    .markOnlineOnConnect(true)
                    .linking(linking -> linking.pushName("crash-" + args[3]))
                    .build();
            CrashClient client = new CrashClient(config, folder, args[3].charAt(0), Long.parseLong(args[4]));
            client.run();
            client.socket.close();
            client.heard.stop();
        }
    }

    private void run() throws IOException {
        socket.whenOpen()
                .thenRun(() -> say("open " + socket.user().orElseThrow().withoutDevice()));
        BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, UTF_8));
        for (String line = commands.readLine(); line != null; line = commands.readLine()) {
            String[] words = line.split(" ");
            if (!words[0].equals("send")) {
                throw new IllegalArgumentException("no command " + line);
            }
            Jid to = Jid.parse(words[1]);
            Jid group = Jid.parse(words[2]);
            int last = Integer.parseInt(words[3]);
            long pauseMicros = Long.parseLong(words[4]);
            Thread sender = new Thread(() -> sendAll(to, group, last, pauseMicros), "crash-sender");
            sender.setDaemon(true);
            sender.start();
        }
    }

    private void connection(ConnectionUpdate update) {
        update.qr().ifPresent(qr -> say("qr " + qr));
        if (update.receivedPendingNotifications()) {
            say("backlog");
        }
        if (update.state() == ConnectionUpdate.State.RECONNECTING
                && update.reconnectIn().filter(delay -> !delay.isZero()).isPresent()) {
            trouble("connection lost " + update);
        }
    }

    private void messages(MessagesUpsert batch) {
        List<String> ids = batch.messages().stream().map(WebMessage::id).toList();
        // What the server tells of the group is among them.
        batch.messages().stream().filter(message -> message.stub().isEmpty()).forEach(this::lookAt);
        heard.begin(ids);
        // As if it did something with them.
        LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos((long) (random.nextDouble() * LONGEST_WORK_MICROS)));
        heard.end();
        ids.stream().filter(Script::isWritten).forEach(heardIds::add);
        say(HEARD + " " + heardIds.size());
    }

    private void lookAt(WebMessage message) {
        if (!message.text().equals(Script.text(message.id()))) {
            trouble("text of another message in " + message.key());
        }
        if (message.key().remoteJid().isGroup() != Script.isForGroup(message.id())) {
            trouble("in another chat than it was written to: " + message.key());
        }
    }

    /** In bursts with pauses between them, so that messages go out alone and many together. */
    private void sendAll(Jid to, Jid group, int last, long pauseMicros) {
        Script script = new Script(author, last);
        Semaphore free = new Semaphore(IN_FLIGHT);
        int left = 0;
        for (String id : script.ids()) {
            if (isAcked(id)) {
                continue;
            }
            if (left == 0) {
                left = 1 + random.nextInt(IN_FLIGHT);
                LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(left * pauseMicros));
            }
            left--;
            free.acquireUninterruptibly();
            socket.sendMessage(
                            Script.isForGroup(id) ? group : to,
                            Content.text(Script.text(id)),
                            SendOptions.builder().messageId(id).build())
                    .whenComplete((sent, failure) -> {
                        if (failure == null) {
                            acked(id);
                        } else {
                            trouble("not sent " + id + ": " + failure);
                        }
                        free.release();
                    });
        }
        // Whoever takes all places has seen the last ack.
        free.acquireUninterruptibly(IN_FLIGHT);
        say("done");
    }

    private synchronized boolean isAcked(String id) {
        return ackedIds.contains(id);
    }

    private synchronized void acked(String id) {
        acked.append(id);
        ackedIds.add(id);
        say(ACKED + " " + ackedIds.size());
    }

    /** Kept where the parent finds it, however soon this is killed. */
    private void trouble(String what) {
        trouble.append(what.replace('\n', ' '));
        say(TROUBLE + " " + what);
    }

    private static void say(String line) {
        System.out.println(line);
    }
}
