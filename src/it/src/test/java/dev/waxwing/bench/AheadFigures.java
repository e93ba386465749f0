package dev.waxwing.bench;

import static java.util.concurrent.TimeUnit.SECONDS;

import com.sun.management.OperatingSystemMXBean;
import dev.waxwing.Socket;
import dev.waxwing.SocketConfig;
import dev.waxwing.event.Events;
import dev.waxwing.internal.account.CredentialsStore;
import dev.waxwing.internal.address.LidMappings;
import dev.waxwing.internal.binary.Node;
import dev.waxwing.internal.content.MessagePadding;
import dev.waxwing.internal.signal.SignalSessions;
import dev.waxwing.internal.signal.engine.Ciphertext;
import dev.waxwing.model.Jid;
import dev.waxwing.model.content.Content;
import dev.waxwing.proto.e2e.Message;
import dev.waxwing.store.AccountStore;
import dev.waxwing.store.MemoryStore;
import dev.waxwing.store.SqliteStore;
import dev.waxwing.testkit.LoopbackServer;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;

/**
 * What one contact costs an account who sends 130 genuine messages, each as far ahead of the one before as a message may
 * be: the processor time of the whole process, server included, and how long the account's own messages to somebody else
 * take meanwhile. The account's store is SQLite on the disk.
 */
final class AheadFigures {

    private static final int MESSAGES = 130;
    private static final int AHEAD = 2_000;
    private static final int WARM_UP = 3;
    private static final int ROUNDS = 8;
    private static final int SENDS_AT_REST = 300;
    private static final int PATIENCE_SECONDS = 120;

    private final LoopbackServer server;
    private final AccountStore contactsStore = MemoryStore.create();
    private final AtomicReference<CountDownLatch> arriving = new AtomicReference<>(new CountDownLatch(1));
    private int stanzas;

    private AheadFigures(LoopbackServer server) {
        this.server = server;
    }

    public static void main(String[] args) throws Exception {
        Path file = Files.createTempDirectory("ahead").resolve("account.db");
        try (LoopbackServer server = LoopbackServer.start()) {
            new AheadFigures(server).run(file);
        }
        System.exit(0);
    }

    private void run(Path file) throws Exception {
        AccountStore store = SqliteStore.at(file);
        try (Socket account = connect(store, "account")) {
            account.ev()
                    .on(
                            Events.MESSAGES_UPSERT,
                            batch -> batch.messages()
                                    .forEach(message -> arriving.get().countDown()));
            Jid device = account.user().orElseThrow();
            Jid contact = meet(account, device);
            Jid somebody = server.phone("somebody else").jid();
            List<Double> atRest = new ArrayList<>();
            for (int i = 0; i < SENDS_AT_REST; i++) {
                atRest.add(send(account, somebody));
            }
            say("own messages at rest: %s", spread(atRest));
            List<Double> meanwhile = new ArrayList<>();
            List<Double> cpu = new ArrayList<>();
            for (int round = 0; round < WARM_UP + ROUNDS; round++) {
                // Alternately alone, for the processor time, and with messages of its own.
                double alone = round(device, contact, () -> {});
                List<Double> sends = new ArrayList<>();
                round(device, contact, () -> {
                    while (arriving.get().getCount() > 0) {
                        sends.add(send(account, somebody));
                    }
                });
                if (round >= WARM_UP) {
                    cpu.add(alone);
                    meanwhile.addAll(sends);
                }
            }
            say("own messages meanwhile: %s", spread(meanwhile));
            say("processor time of %d messages, each %d ahead: %s", MESSAGES, AHEAD, spread(cpu));
        }
        store.close();
    }

    /** Two that talk; then the contact is offline, and what it writes is made here. */
    private Jid meet(Socket account, Jid device) throws Exception {
        try (Socket contact = connect(contactsStore, "contact")) {
            contact.sendMessage(device.withoutDevice(), Content.text("hello")).get(PATIENCE_SECONDS, SECONDS);
            arriving.get().await(PATIENCE_SECONDS, SECONDS);
            Jid person = contact.user().orElseThrow();
            CountDownLatch answered = new CountDownLatch(1);
            contact.ev().on(Events.MESSAGES_UPSERT, batch -> answered.countDown());
            account.sendMessage(person.withoutDevice(), Content.text("hello yourself"))
                    .get(PATIENCE_SECONDS, SECONDS);
            answered.await(PATIENCE_SECONDS, SECONDS);
            return person;
        }
    }

    private interface Meanwhile {
        void run() throws Exception;
    }

    /** @return the processor time of the process until all messages were heard, in milliseconds */
    private double round(Jid device, Jid contact, Meanwhile meanwhile) throws Exception {
        List<Node> messages = messages(device, contact);
        arriving.set(new CountDownLatch(MESSAGES));
        long before = processorTime();
        messages.forEach(message -> server.connections().send(device, message));
        meanwhile.run();
        if (!arriving.get().await(PATIENCE_SECONDS, SECONDS)) {
            throw new IllegalStateException(arriving.get().getCount() + " messages did not come");
        }
        return (processorTime() - before) / 1e6;
    }

    private List<Node> messages(Jid device, Jid contact) {
        SignalSessions sessions = new SignalSessions(contactsStore, new CredentialsStore(contactsStore));
        LidMappings people = new LidMappings(contactsStore, sessions);
        byte[] padded = MessagePadding.pad(
                Message.newBuilder().setConversation("far ahead").build().toByteArray());
        List<Node> messages = new ArrayList<>();
        for (int i = 0; i < MESSAGES; i++) {
            Ciphertext last = people.inTransaction(List.of(device), peers -> {
                for (int skipped = 1; skipped < AHEAD; skipped++) {
                    peers.encrypt(device, padded);
                }
                return peers.encrypt(device, padded);
            });
            messages.add(Node.builder("message")
                    .attr("from", contact)
                    .attr("id", "AHEAD" + stanzas++)
                    .attr("t", "1760000000")
                    .attr("type", "text")
                    .child(Node.builder("enc")
                            .attr("v", "2")
                            .attr("type", last.type().wireName())
                            .bytes(last.bytes())
                            .build())
                    .build());
        }
        return messages;
    }

    private static double send(Socket account, Jid to) throws Exception {
        long start = System.nanoTime();
        account.sendMessage(to, Content.text("my own")).get(PATIENCE_SECONDS, SECONDS);
        return (System.nanoTime() - start) / 1e6;
    }

    private static long processorTime() {
        return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getProcessCpuTime();
    }

    private static String spread(List<Double> millis) {
        double[] sorted =
                millis.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        return String.format(
                Locale.ROOT,
                "%d, p50 %.1f ms, p99 %.1f ms, most %.1f ms, mean %.1f ms",
                sorted.length,
                sorted[sorted.length / 2],
                sorted[(int) Math.min(sorted.length - 1, Math.ceil(sorted.length * 0.99) - 1)],
                sorted[sorted.length - 1],
                Arrays.stream(sorted).average().orElse(0));
    }

    private Socket connect(AccountStore store, String name) throws Exception {
        Socket socket = Socket.connect(SocketConfig.builder()
                .store(store)
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

    private static void say(String format, Object... values) {
        System.out.printf(Locale.ROOT, format + "%n", values);
    }
}
