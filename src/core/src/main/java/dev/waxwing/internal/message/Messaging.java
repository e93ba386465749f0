package dev.waxwing.internal.message;

import dev.waxwing.error.WaxwingException;
import dev.waxwing.event.MessagesUpsert;
import dev.waxwing.event.Subscription;
import dev.waxwing.internal.address.CanonicalOrder;
import dev.waxwing.internal.address.LidMappings;
import dev.waxwing.internal.area.Area;
import dev.waxwing.internal.area.ConnectionGate;
import dev.waxwing.internal.area.MessageOrigin;
import dev.waxwing.internal.area.Registrations;
import dev.waxwing.internal.area.SystemMessage;
import dev.waxwing.internal.area.SystemMessages;
import dev.waxwing.internal.binary.Node;
import dev.waxwing.internal.content.Audience;
import dev.waxwing.internal.content.ContentCodecs;
import dev.waxwing.internal.content.Recipients;
import dev.waxwing.internal.delivery.ChatTimers;
import dev.waxwing.internal.delivery.Deliveries;
import dev.waxwing.internal.delivery.GroupDelivery;
import dev.waxwing.internal.delivery.ListedDelivery;
import dev.waxwing.internal.delivery.MessagingParts;
import dev.waxwing.internal.delivery.OwnPhone;
import dev.waxwing.internal.delivery.PersonDelivery;
import dev.waxwing.internal.delivery.SenderKeyDelivery;
import dev.waxwing.internal.device.StaleDeviceLists;
import dev.waxwing.internal.event.EventDispatcher;
import dev.waxwing.internal.inbox.Inbox;
import dev.waxwing.internal.inbox.MessageListeners;
import dev.waxwing.internal.inbox.MissingMessages;
import dev.waxwing.internal.outbox.Outbox;
import dev.waxwing.internal.outbox.SendPolicy;
import dev.waxwing.internal.outbox.SentMessages;
import dev.waxwing.internal.receipt.ApplicationReceipts;
import dev.waxwing.internal.receipt.DeliveryReceipts;
import dev.waxwing.internal.receipt.ReceiptPolicy;
import dev.waxwing.internal.receipt.ReceivedReceipts;
import dev.waxwing.internal.receipt.StatusUpdates;
import dev.waxwing.internal.retry.GroupRenewals;
import dev.waxwing.internal.retry.PlaceholderRequests;
import dev.waxwing.internal.retry.RetryManager;
import dev.waxwing.internal.retry.RetryPolicy;
import dev.waxwing.internal.retry.StaleGroups;
import dev.waxwing.internal.signal.SenderKeyHolders;
import dev.waxwing.internal.stream.link.WireObserver;
import dev.waxwing.internal.threads.AccountThreads;
import dev.waxwing.internal.threads.LoopTimer;
import dev.waxwing.internal.trace.MessageTracer;
import dev.waxwing.model.Jid;
import dev.waxwing.model.MessageKey;
import dev.waxwing.model.ReceiptType;
import dev.waxwing.model.content.Content;
import dev.waxwing.model.content.StubMessage;
import dev.waxwing.proto.storage.InboxEntry;
import dev.waxwing.store.AccountStore;
import dev.waxwing.store.StoreTable;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Both pipelines of one account, put together. The one type of this package that the facade sees. */
public final class Messaging implements Area, SystemMessages {

    private static final Logger LOG = LoggerFactory.getLogger(Messaging.class);

    private final AccountThreads threads;
    private final MessageTracer tracer;
    private final ConnectionGate gate;
    private final Clock clock;
    private final LidMappings lids;
    private final AccountStore store;
    private final MissingMessages missing;
    private final SentMessages sent;
    private final Outbox outbox;
    private final MessageListeners listeners;
    private final ApplicationReceipts applicationReceipts;
    private final ReceivedReceipts receivedReceipts;
    private final RetryManager retries;
    private final SendPipeline sending;
    private final OwnPhone phone;
    private final PreparedSends preparedSends;
    private final ContentCodecs codecs;
    private final PlaceholderRequests placeholders;
    private final ReceivePipeline receiving;

    /**
     * Puts the pipelines together.
     *
     * @param parts what they are built from
     * @param trace the tracer that the stream reports to
     * @param sendPolicy how long and how many messages wait on their way out
     * @param receiptPolicy what receipts say, and how long they wait
     * @param retryPolicy how far resending goes
     * @param listenerPauses given how often a listener threw on a message, from 1, how long to wait before it is called
     *     again; empty to stop
     */
    public Messaging(
            MessagingParts parts,
            Trace trace,
            SendPolicy sendPolicy,
            ReceiptPolicy receiptPolicy,
            RetryPolicy retryPolicy,
            IntFunction<Optional<Duration>> listenerPauses) {
        threads = parts.threads();
        gate = new ConnectionGate(threads.timer(), threads.executor());
        tracer = trace.tracer;
        clock = parts.clock();
        store = parts.store();
        lids = parts.lids();
        sent = new SentMessages(parts.store());
        StaleDeviceLists staleLists = new StaleDeviceLists(parts.self(), parts.devices(), threads.executor());
        SenderKeyDelivery shared = new SenderKeyDelivery(parts);
        GroupDelivery toGroup = new GroupDelivery(parts, shared);
        StaleGroups staleGroups = new StaleGroups(parts, toGroup, sent, sendPolicy.ackTimeout());
        GroupRenewals renewals = new GroupRenewals(parts, toGroup, staleGroups, sent);
        StatusUpdates statuses = new StatusUpdates(parts.events());
        outbox = new Outbox(
                parts.store(),
                parts.stream(),
                statuses,
                threads.executor(),
                threads.timer(),
                clock,
                sendPolicy,
                new Outbox.Fate() {
                    @Override
                    public void acknowledged(Node message, Node ack) {
                        if (Audience.of(message.requireJid("to")).hasSenderKeys()) {
                            staleGroups.acknowledged(message, ack);
                        } else {
                            staleLists.acknowledged(message, ack);
                        }
                    }

                    @Override
                    public void givenUp(Node message) {
                        if (Audience.of(message.requireJid("to")).hasSenderKeys()) {
                            staleGroups.notDelivered(message);
                        }
                    }

                    @Override
                    public boolean isRenewable(Node message, int error) {
                        return renewals.helps(message, error);
                    }

                    @Override
                    public CompletionStage<Optional<Node>> renew(Node message, Outbox.Replacement replacement) {
                        return renewals.renew(message, replacement);
                    }
                });
        listeners = new MessageListeners(
                new Inbox(parts.store()),
                parts.events(),
                tracer,
                threads.followUps(),
                threads.listeners(),
                threads.timer(),
                listenerPauses);
        CanonicalOrder order = new CanonicalOrder(lids, threads.work()::isBusy, threads.executor());
        Deliveries deliveries = deliveries(parts, shared, toGroup, sent);
        retries = new RetryManager(parts, deliveries, sent, order, sendPolicy.ackTimeout(), retryPolicy);
        applicationReceipts = new ApplicationReceipts(parts.stream(), gate, receiptPolicy);
        receivedReceipts = new ReceivedReceipts(
                parts.self(), parts.lids(), parts.stream(), parts.events(), threads, order, outbox, statuses);
        ChatTimers timers = new ChatTimers(parts.store(), parts.lids());
        sending = new SendPipeline(parts, deliveries, timers, outbox, gate, tracer, sendPolicy);
        codecs = parts.codecs();
        preparedSends = new PreparedSends(sending, codecs, threads.executor(), sendPolicy.outboxLimit());
        missing = new MissingMessages(parts.store());
        phone = new OwnPhone(parts, sendPolicy.ackTimeout());
        placeholders = new PlaceholderRequests(parts, missing, phone, retryPolicy.phoneDelay());
        receiving = new ReceivePipeline(
                parts,
                listeners,
                new DeliveryReceipts(parts.stream(), receiptPolicy.availability()),
                retries,
                missing,
                placeholders,
                order,
                timers,
                tracer);
    }

    private static Deliveries deliveries(
            MessagingParts parts, SenderKeyDelivery shared, GroupDelivery toGroup, SentMessages sent) {
        PersonDelivery toPerson = new PersonDelivery(
                parts.lids(),
                parts.devices(),
                parts.sessionBuilder(),
                parts.keys(),
                parts.threads().continuations());
        ListedDelivery toListed = new ListedDelivery(
                parts,
                shared,
                toPerson,
                id -> sent.find(id).map(SentMessages.Sent::recipients).orElse(List.of()));
        return new Deliveries(Map.of(
                Audience.Person.class,
                toPerson,
                Audience.Group.class,
                toGroup,
                Audience.Status.class,
                toListed,
                Audience.BroadcastList.class,
                toListed));
    }

    /**
     * What takes messages to the own phone.
     *
     * @return the phone
     */
    public OwnPhone phone() {
        return phone;
    }

    @Override
    public void register(Registrations on) {
        receiving.register(on);
        receivedReceipts.register(on);
        retries.register(on);
        placeholders.register(on);
        on.table(StoreTable.OUTBOX);
        on.table(StoreTable.SENT_MESSAGES);
        on.table(StoreTable.INBOX);
        on.table(StoreTable.CHAT_TIMERS);
        on.table(SenderKeyHolders.TABLE);
    }

    @Override
    public void opened() {
        threads.executor().execute(() -> {
            try {
                outbox.resend();
                sent.prune(clock.instant());
                placeholders.opened();
                retries.opened();
            } catch (RuntimeException e) {
                LOG.error("Could not read what waits in the store; it goes out later", e);
            } finally {
                gate.open();
            }
        });
    }

    @Override
    public void interrupted() {
        gate.shut();
        outbox.interrupted();
    }

    /**
     * Calls under way fail, entries stay in the store.
     *
     * @return completes when what was acknowledged has left the outbox, and the listeners have returned that have a
     *     message in hand, and that is on record; those behind it wait for the next start
     */
    @Override
    public CompletableFuture<Void> ended(WaxwingException reason) {
        gate.close(reason);
        CompletableFuture<Void> outboxClosed = outbox.close(reason);
        placeholders.close();
        return CompletableFuture.allOf(outboxClosed, listeners.close());
    }

    /**
     * Sends a message; see {@code Socket.sendMessage}.
     *
     * @param to a person or a group
     * @param content what to send
     * @param chosenId the id that the application chose, checked; null for a new one
     * @return the message on its way
     */
    public SendInProgress send(Jid to, Content content, @Nullable String chosenId) {
        return send(to, content, chosenId, Recipients.NONE);
    }

    /**
     * Sends a message, which may be a status or for a broadcast list; see {@code Socket.sendMessage}.
     *
     * @param to the chat
     * @param content what to send
     * @param chosenId the id that the application chose, checked; null for a new one
     * @param recipients whom a status or a message to a broadcast list is for
     * @return the message on its way
     */
    public SendInProgress send(Jid to, Content content, @Nullable String chosenId, Recipients recipients) {
        return codecs.needsPreparation(content)
                ? preparedSends.send(to, content, chosenId, recipients)
                : sending.send(to, content, chosenId, recipients);
    }

    /**
     * Refuses what {@link #send} would refuse, for those who have to ask the server for something first.
     *
     * @param to the chat
     * @param content what to send
     * @throws IllegalArgumentException if the content cannot be sent
     * @throws IllegalStateException if this device is not linked
     */
    public void requireSendable(Jid to, Content content) {
        sending.requireSendable(to, content);
    }

    @Override
    public void keep(List<SystemMessage> messages) {
        if (messages.isEmpty()) {
            return;
        }
        MissingMessages.Found found = missing.found();
        store.transact(transaction -> {
            Inbox.Appender inbox = new Inbox.Appender(transaction, found);
            messages.forEach(message -> inbox.toInbox(message.key().id(), originOf(message.key()), entry(message)));
            inbox.finish();
            return true;
        });
        found.committed();
        listeners.wake();
    }

    private static MessageOrigin originOf(MessageKey key) {
        List<Jid> author = new ArrayList<>();
        author.add(key.participant().orElse(key.remoteJid()));
        key.participantAlt().ifPresent(author::add);
        return new MessageOrigin(List.of(key.remoteJid()), author);
    }

    private static InboxEntry entry(SystemMessage message) {
        InboxEntry entry = Inbox.entry(
                message.key(), message.timestamp(), message.pushName(), message.offline(), message.message());
        StubMessage stub = message.stub();
        return stub == null
                ? entry
                : entry.toBuilder()
                        .setStubType(stub.type().getNumber())
                        .addAllStubParameters(stub.parameters())
                        .build();
    }

    /**
     * Whether the store holds a message under an id that the application chose, sent or to be sent. Reads the store.
     *
     * @param chosenId the id, checked
     * @return true if sending it again would not send another message
     */
    public boolean knows(String chosenId) {
        return sent.knows(chosenId);
    }

    /**
     * The other address of a person. Reads the store.
     *
     * @param person by phone number or LID
     * @return the other form, if known
     */
    public Optional<Jid> counterpart(Jid person) {
        return lids.counterpart(person);
    }

    /**
     * Listens to messages with a cursor; see {@code Socket.onMessages}.
     *
     * @param cursor its name
     * @param listener called with each batch
     * @return the subscription
     */
    public Subscription listen(String cursor, Consumer<? super MessagesUpsert> listener) {
        return listeners.listen(cursor, listener);
    }

    /**
     * Forgets a cursor; see {@code Socket.forgetCursor}. Reads the store.
     *
     * @param cursor its name
     * @return whether it was known
     */
    public boolean forgetCursor(String cursor) {
        return listeners.forget(cursor);
    }

    /**
     * Sends receipts; see {@code Socket.sendReceipts}.
     *
     * @param keys messages that were read or played
     * @param type what to say of them
     * @return completes when the receipts are written to the socket
     */
    public CompletableFuture<Void> receipts(Collection<MessageKey> keys, ReceiptType type) {
        return applicationReceipts.send(keys, type);
    }

    /** Collects the steps of messages; made before the stream, which reports to it. */
    public static final class Trace {

        private final MessageTracer tracer;

        /**
         * Creates one.
         *
         * @param events where traces are published
         * @param enabled whether they are
         * @param timer tells the time
         */
        public Trace(EventDispatcher events, boolean enabled, LoopTimer timer) {
            tracer = new MessageTracer(events, enabled, timer);
        }

        /**
         * What the stream reports to.
         *
         * @return the observer
         */
        public WireObserver wire() {
            return tracer;
        }
    }
}
