package dev.waxwing.internal.receipt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waxwing.error.ProtocolViolationException;
import dev.waxwing.event.Events;
import dev.waxwing.event.MessageReceiptUpdate;
import dev.waxwing.fuzz.FuzzTarget;
import dev.waxwing.fuzz.Seeds;
import dev.waxwing.fuzz.Stanzas;
import dev.waxwing.fuzz.StoreImage;
import dev.waxwing.internal.account.CredentialsStore;
import dev.waxwing.internal.address.CanonicalOrder;
import dev.waxwing.internal.address.LidMappings;
import dev.waxwing.internal.area.ReceivedHandler;
import dev.waxwing.internal.area.Registrations;
import dev.waxwing.internal.binary.Node;
import dev.waxwing.internal.binary.NodeBytes;
import dev.waxwing.internal.content.ContentEncoder;
import dev.waxwing.internal.content.StanzaKind;
import dev.waxwing.internal.event.EventDispatcher;
import dev.waxwing.internal.signal.SignalSessions;
import dev.waxwing.internal.stream.LoginHook;
import dev.waxwing.internal.stream.StanzaStream;
import dev.waxwing.internal.stream.routing.StanzaHandler;
import dev.waxwing.internal.threads.AccountThreads;
import dev.waxwing.model.Jid;
import dev.waxwing.model.content.Content;
import dev.waxwing.proto.e2e.Message;
import dev.waxwing.proto.e2e.ProtocolMessage;
import dev.waxwing.store.AccountStore;
import dev.waxwing.store.MemoryStore;
import dev.waxwing.store.StoreTable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Receipts as they are received and told. Refused with {@link ProtocolViolationException} only, and then nothing is
 * told; what is told has an id and a user that reads back, there are no more tellings than nodes, and no row of the
 * store changes.
 */
public final class ReceiptTarget implements FuzzTarget {

    private final AccountStore store = MemoryStore.create();
    private final List<MessageReceiptUpdate> told = new ArrayList<>();
    private final StoreImage image;
    private @Nullable StanzaHandler handler;

    public ReceiptTarget() {
        CredentialsStore credentials = new CredentialsStore(store);
        credentials.loadOrCreate();
        LidMappings lids = new LidMappings(store, new SignalSessions(store, credentials));
        lids.learn(Jid.parse("15557654321@s.whatsapp.net"), Jid.parse("100000000000001@lid"));
        AccountThreads threads = AccountThreads.builder()
                .executor(Runnable::run)
                .listeners(Runnable::run)
                .build();
        EventDispatcher events = new EventDispatcher(Runnable::run, threads.timer());
        events.on(Events.MESSAGE_RECEIPT_UPDATE, told::add);
        new ReceivedReceipts(
                        Stanzas::self,
                        lids,
                        new NoStream(),
                        events,
                        threads,
                        new CanonicalOrder(lids, threads.work()::isBusy, Runnable::run),
                        (chat, ids) -> {},
                        new StatusUpdates(events))
                .register(new OnlyReceipts());
        image = StoreImage.of(store, StoreTable.LID_MAPPINGS, StoreTable.OUTBOX, StoreTable.SENT_MESSAGES);
    }

    @Override
    public List<byte[]> seeds() {
        List<byte[]> seeds = new ArrayList<>(Seeds.nodes(
                "receipt"::equals, "acks-and-stream.json", "messaging-receive.json", "messaging-retry-nodes.json"));
        Node reader = Node.builder("user")
                .attr("jid", "100000000000001@lid")
                .attr("t", 1_760_000_000)
                .build();
        seeds.add(NodeBytes.of(Node.builder("receipt")
                .attr("id", "A")
                .attr("type", "read")
                .attr("from", "120363000000000001@g.us")
                .child(Node.builder("participants")
                        .attr("key", "B")
                        .child(reader)
                        .build())
                .build()));
        seeds.add(NodeBytes.of(Node.builder("receipt")
                .attr("id", "A")
                .attr("type", "read-self")
                .attr("from", "15551234567@s.whatsapp.net")
                .attr("recipient", "15557654321@s.whatsapp.net")
                .child(Node.builder("list")
                        .child(Node.builder("item").attr("id", "C").build())
                        .build())
                .build()));
        return seeds;
    }

    @Override
    public void accept(byte[] input) {
        Node receipt = Stanzas.read(input).orElse(null);
        if (receipt == null) {
            return;
        }
        told.clear();
        try {
            handle(receipt).join();
        } catch (ProtocolViolationException e) {
            assertThat(told).isEmpty();
        } catch (CompletionException e) {
            if (!(e.getCause() instanceof ProtocolViolationException)) {
                throw e;
            }
            assertThat(told).isEmpty();
        }
        assertThat(told).hasSizeLessThanOrEqualTo(input.length);
        for (MessageReceiptUpdate update : told) {
            assertThat(Jid.parse(update.user().toString())).isEqualTo(update.user());
            assertThat(Jid.parse(update.key().remoteJid().toString()))
                    .isEqualTo(update.key().remoteJid());
        }
        image.assertUnchanged();
    }

    private CompletableFuture<?> handle(Node receipt) {
        return java.util.Objects.requireNonNull(handler).handle(receipt).toCompletableFuture();
    }

    private final class OnlyReceipts implements Registrations {
        @Override
        public void stanza(String tag, @Nullable String type, @Nullable String child, StanzaHandler registered) {
            handler = registered;
        }

        @Override
        public void iq(String xmlns, String child, StanzaHandler registered) {}

        @Override
        public void received(ProtocolMessage.Type type, ReceivedHandler registered) {}

        @Override
        public <C extends Content> void content(Class<C> kind, ContentEncoder<C> encoder) {}

        @Override
        public void contentStanza(Predicate<Message> carries, Function<Message, StanzaKind> attributes) {}

        @Override
        public void onLogin(LoginHook hook) {}

        @Override
        public void table(StoreTable table) {}
    }

    private static final class NoStream implements StanzaStream {
        @Override
        public CompletableFuture<Void> send(Node stanza) {
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public CompletableFuture<Node> request(Node iq) {
            throw new AssertionError("nothing is asked");
        }

        @Override
        public CompletableFuture<Node> request(Node iq, Duration timeout) {
            throw new AssertionError("nothing is asked");
        }

        @Override
        public CompletableFuture<Node> sendAwaitingAck(Node stanza, Duration patience) {
            throw new AssertionError("nothing is sent");
        }

        @Override
        public String nextId() {
            return "1";
        }

        @Override
        public long serverTimeMillis() {
            return 1_760_000_000_000L;
        }
    }
}
