package dev.waxwing.bench;

import com.sun.management.ThreadMXBean;
import dev.waxwing.internal.account.Availability;
import dev.waxwing.internal.account.Credentials;
import dev.waxwing.internal.account.CredentialsStore;
import dev.waxwing.internal.account.PreKeys;
import dev.waxwing.internal.account.PublicIdentity;
import dev.waxwing.internal.address.LidMappings;
import dev.waxwing.internal.area.Area;
import dev.waxwing.internal.area.ReceivedHandlers;
import dev.waxwing.internal.binary.Node;
import dev.waxwing.internal.binary.NodeEncoder;
import dev.waxwing.internal.content.ContentCodecs;
import dev.waxwing.internal.crypto.Curve25519;
import dev.waxwing.internal.crypto.KeyPair;
import dev.waxwing.internal.crypto.PublicKeys;
import dev.waxwing.internal.delivery.MessagingParts;
import dev.waxwing.internal.device.AccountRegistrations;
import dev.waxwing.internal.device.DeviceDirectory;
import dev.waxwing.internal.device.SessionBuilder;
import dev.waxwing.internal.device.SharedUserDevices;
import dev.waxwing.internal.event.EventDispatcher;
import dev.waxwing.internal.group.GroupParticipants;
import dev.waxwing.internal.group.GroupRoster;
import dev.waxwing.internal.message.Messaging;
import dev.waxwing.internal.outbox.SendPolicy;
import dev.waxwing.internal.receipt.ReceiptPolicy;
import dev.waxwing.internal.retry.RetryPolicy;
import dev.waxwing.internal.signal.SignalAddress;
import dev.waxwing.internal.signal.SignalSessions;
import dev.waxwing.internal.signal.engine.PreKeyBundle;
import dev.waxwing.internal.stream.StanzaStream;
import dev.waxwing.internal.threads.AccountThreads;
import dev.waxwing.model.Jid;
import dev.waxwing.model.content.Content;
import dev.waxwing.store.AccountStore;
import dev.waxwing.store.MemoryStore;
import dev.waxwing.store.SqliteStore;
import dev.waxwing.store.StoreTable;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

/**
 * What a message to a group costs this side: the first, which hands the sender key to every device, and later ones.
 * Everything from the call to the encoded stanza runs on one thread, with the store; the server answers at once.
 */
final class GroupFigures {

    private static final int DEVICES = 3;
    private static final int WARM_UP = 400;
    private static final int LATER = 400;

    private static final ThreadMXBean THREAD = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private GroupFigures() {}

    public static void main(String[] args) throws Exception {
        for (boolean sqlite : new boolean[] {false, true}) {
            // Once to warm up.
            for (int members : new int[] {100, 1_000, 10, 100, 1_000}) {
                measure(members, sqlite);
            }
        }
    }

    private static void measure(int members, boolean sqlite) throws Exception {
        Path folder = Files.createTempDirectory("group-figures");
        AccountStore store = sqlite ? SqliteStore.at(folder.resolve("account.db")) : MemoryStore.create();
        try (Sender sender = new Sender(store, members)) {
            Cost first = sender.send();
            for (int i = 0; i < WARM_UP; i++) {
                sender.send();
            }
            List<Cost> later = new ArrayList<>();
            for (int i = 0; i < LATER; i++) {
                later.add(sender.send());
            }
            later.sort((one, other) -> Double.compare(one.cpuMillis, other.cpuMillis));
            Cost median = later.get(LATER / 2);
            System.out.printf(
                    Locale.ROOT,
                    "%-6s %5d members: first %7.1f ms processor (%7.1f ms), %8d bytes, %7d kB allocated;"
                            + " later %.3f ms processor (p95 %.3f), %d bytes, %d kB allocated%n",
                    sqlite ? "sqlite" : "memory",
                    members,
                    first.cpuMillis,
                    first.millis,
                    first.bytes,
                    first.allocated / 1024,
                    median.cpuMillis,
                    later.get(LATER * 95 / 100).cpuMillis,
                    median.bytes,
                    median.allocated / 1024);
        }
    }

    /** What one message cost. */
    private record Cost(double cpuMillis, double millis, long allocated, int bytes) {}

    /** An account whose server answers at once. */
    private static final class Sender implements AutoCloseable, StanzaStream, GroupRoster {

        @Override
        public CompletableFuture<Boolean> isAdmin(Jid group, Jid person) {
            return CompletableFuture.completedFuture(false);
        }

        private final Jid group = Jid.group("120363000000000001");
        private final AccountStore store;
        private final GroupParticipants participants;
        private final AccountThreads threads;
        private final Messaging messaging;
        private int lastId;
        private int bytes;

        Sender(AccountStore store, int members) {
            this.store = store;
            CredentialsStore credentials = new CredentialsStore(store);
            credentials.loadOrCreate();
            credentials.update(own -> own.toBuilder()
                    .me(Jid.parse("15550000000:1@s.whatsapp.net"))
                    .lid(Jid.parse("200000000000000:1@lid"))
                    .account(new byte[] {7})
                    .build());
            Credentials own = credentials.loadOrCreate();
            SignalSessions sessions = new SignalSessions(store, credentials);
            LidMappings lids = new LidMappings(store, sessions);
            List<Jid> people = new ArrayList<>();
            people.add(Jid.lid("200000000000000"));
            IntStream.range(1, members).forEach(i -> people.add(Jid.lid(Long.toString(200_000_000_000_000L + i))));
            participants = new GroupParticipants(group, true, people, Optional.empty());
            haveSessions(people, lids);
            threads = AccountThreads.builder()
                    .executor(Runnable::run)
                    .listeners(Runnable::run)
                    .build();
            EventDispatcher events = new EventDispatcher(Runnable::run, threads.timer());
            DeviceDirectory devices = new DeviceDirectory(
                    this,
                    lids,
                    new AccountRegistrations(own::self, lids, person -> {}),
                    Runnable::run,
                    new SharedUserDevices(100_000).ofAccount(Duration.ofMinutes(5)));
            MessagingParts parts = new MessagingParts(
                    store,
                    own::self,
                    () -> PublicIdentity.of(own),
                    lids,
                    sessions,
                    new PreKeys(store, credentials),
                    devices,
                    this,
                    new SessionBuilder(this, sessions, lids, Runnable::run, (device, reason) -> {}),
                    this,
                    events,
                    new ReceivedHandlers(),
                    new ContentCodecs(),
                    threads,
                    Clock.systemUTC());
            messaging = new Messaging(
                    parts,
                    new Messaging.Trace(events, false, threads.timer()),
                    new SendPolicy(Duration.ofSeconds(60), Duration.ofSeconds(20), 10_000, Duration.ofHours(24)),
                    new ReceiptPolicy(new Availability(true), true, Duration.ofSeconds(5)),
                    new RetryPolicy(
                            5, key -> CompletableFuture.completedFuture(Optional.empty()), Duration.ofMinutes(1)),
                    failures -> Optional.empty());
            Area area = messaging;
            area.opened();
            // The device lists are known, as they are after the first message to anybody.
            devices.devicesOf(people).join();
        }

        /** The session of one device under the name of all: what is measured does not look at whose it is. */
        private void haveSessions(List<Jid> people, LidMappings lids) {
            KeyPair identity = Curve25519.generate();
            KeyPair signed = Curve25519.generate();
            Jid first = people.get(1);
            lids.inTransaction(List.of(first), peers -> {
                peers.buildSession(
                        first,
                        new PreKeyBundle(
                                1,
                                identity.publicKey(),
                                1,
                                signed.publicKey(),
                                Curve25519.sign(identity.privateKey(), PublicKeys.typed(signed.publicKey())),
                                OptionalInt.empty(),
                                Optional.empty(),
                                Optional.empty()));
                return true;
            });
            store.transact(tx -> {
                byte[] session =
                        tx.get(StoreTable.SESSIONS, SignalAddress.of(first).key());
                byte[] key =
                        tx.get(StoreTable.IDENTITIES, SignalAddress.of(first).key());
                for (Jid person : people) {
                    for (int device = 0; device < DEVICES; device++) {
                        String row = SignalAddress.of(person.withDevice(device)).key();
                        tx.put(StoreTable.SESSIONS, row, session);
                        tx.put(StoreTable.IDENTITIES, row, key);
                    }
                }
                return true;
            });
        }

        Cost send() throws Exception {
            long allocated = THREAD.getCurrentThreadAllocatedBytes();
            long cpu = THREAD.getCurrentThreadCpuTime();
            long start = System.nanoTime();
            messaging
                    .send(group, Content.text("hello, everybody"), null)
                    .result()
                    .get();
            return new Cost(
                    (THREAD.getCurrentThreadCpuTime() - cpu) / 1e6,
                    (System.nanoTime() - start) / 1e6,
                    THREAD.getCurrentThreadAllocatedBytes() - allocated,
                    bytes);
        }

        @Override
        public CompletableFuture<GroupParticipants> participants(Jid asked) {
            return CompletableFuture.completedFuture(participants);
        }

        @Override
        public void reached(Jid group, Collection<Jid> people) {}

        @Override
        public void forget(Jid asked) {
            throw new AssertionError("nothing is outdated");
        }

        @Override
        public CompletableFuture<Void> send(Node stanza) {
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public CompletableFuture<Node> request(Node iq) {
            if (!"usync".equals(iq.attr("xmlns"))) {
                return CompletableFuture.failedFuture(new AssertionError("nobody answers " + iq));
            }
            List<Node> users = new ArrayList<>();
            for (Node user : iq.requireChild("usync").requireChild("list").children("user")) {
                Node.Builder list = Node.builder("device-list");
                for (int device = 0; device < DEVICES; device++) {
                    list.child(Node.builder("device")
                            .attr("id", device)
                            .attr("key-index", device)
                            .build());
                }
                users.add(Node.builder("user")
                        .attr("jid", user.requireJid("jid"))
                        .child(Node.builder("devices").child(list.build()).build())
                        .build());
            }
            return CompletableFuture.completedFuture(Node.builder("iq")
                    .attr("type", "result")
                    .child(Node.builder("usync")
                            .child(Node.builder("list").children(users).build())
                            .build())
                    .build());
        }

        @Override
        public CompletableFuture<Node> request(Node iq, Duration timeout) {
            return request(iq);
        }

        @Override
        public CompletableFuture<Node> sendAwaitingAck(Node stanza, Duration patience) {
            ByteBuf out = Unpooled.buffer();
            NodeEncoder.encode(stanza, out);
            bytes = out.readableBytes();
            return CompletableFuture.completedFuture(Node.builder("ack")
                    .attr("class", "message")
                    .attr("id", stanza.requireAttr("id"))
                    .build());
        }

        @Override
        public String nextId() {
            return Integer.toString(++lastId);
        }

        @Override
        public long serverTimeMillis() {
            return 0;
        }

        @Override
        public void close() {
            threads.close();
            store.close();
        }
    }
}
