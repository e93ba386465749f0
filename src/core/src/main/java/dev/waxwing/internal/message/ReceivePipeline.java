package dev.waxwing.internal.message;

import static java.util.Objects.requireNonNull;

import dev.waxwing.error.DecryptionFailedException;
import dev.waxwing.error.ProtocolViolationException;
import dev.waxwing.event.Events;
import dev.waxwing.event.MessageUndecryptable;
import dev.waxwing.internal.account.Self;
import dev.waxwing.internal.address.CanonicalOrder;
import dev.waxwing.internal.address.LidMappings;
import dev.waxwing.internal.address.PeerTransaction;
import dev.waxwing.internal.area.MessageOrigin;
import dev.waxwing.internal.area.ReceivedHandlers;
import dev.waxwing.internal.area.ReceivedProtocol;
import dev.waxwing.internal.area.Registrations;
import dev.waxwing.internal.binary.Node;
import dev.waxwing.internal.content.Audience;
import dev.waxwing.internal.content.Envelope;
import dev.waxwing.internal.content.ReceivedContent;
import dev.waxwing.internal.delivery.ChatTimers;
import dev.waxwing.internal.delivery.MessagingParts;
import dev.waxwing.internal.event.EventDispatcher;
import dev.waxwing.internal.inbox.Inbox;
import dev.waxwing.internal.inbox.MessageListeners;
import dev.waxwing.internal.inbox.MissingMessages;
import dev.waxwing.internal.inbox.ReceivedIds;
import dev.waxwing.internal.receipt.DeliveryReceipts;
import dev.waxwing.internal.retry.PlaceholderRequests;
import dev.waxwing.internal.retry.RetryManager;
import dev.waxwing.internal.signal.engine.Ciphertext;
import dev.waxwing.internal.stream.StanzaStream;
import dev.waxwing.internal.stream.routing.Acknowledgement;
import dev.waxwing.internal.threads.AccountThreads;
import dev.waxwing.internal.threads.KeyedLanes;
import dev.waxwing.internal.threads.ThrottledLog;
import dev.waxwing.internal.trace.MessageTracer;
import dev.waxwing.internal.trace.PipelineTimes;
import dev.waxwing.model.Jid;
import dev.waxwing.model.MessageKey;
import dev.waxwing.model.content.WebMessage;
import dev.waxwing.proto.storage.InboxEntry;
import dev.waxwing.store.StoreTransaction;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way in: from a {@code <message>} stanza to the inbox, steps 4 to 6 of {@code docs/message-flow.md}. Stanzas of
 * one chat are worked on in the order of arrival. What the server is owed goes out only when the message is committed.
 */
final class ReceivePipeline {

    private static final Logger LOG = LoggerFactory.getLogger(ReceivePipeline.class);

    /** Messages of one chat that share a transaction; more would hold up the store's other users for long. */
    private static final int MOST_TOGETHER = 32;

    private static final String OF_A_GROUP = "skmsg";

    /** A status post, which the server brings under a tag of its own or as a message. */
    private static final String STATUS = "status";

    /** So long a status is shown: what did not decrypt by then is not asked for again (all peers). */
    private static final Duration STATUS_LASTS = Duration.ofDays(1);

    /**
     * How many ciphertexts a message may hold for this device: the service sends two at most, one of them for a
     * group.
     */
    private static final int MAX_CIPHERTEXTS = 8;

    /** What the server is told of a bot's answer, whose key comes with the question (04, section 12). */
    private static final int MISSING_MESSAGE_SECRET = 495;

    private final Supplier<Self> self;
    private final LidMappings lids;
    private final MessageListeners listeners;
    private final DeliveryReceipts receipts;
    private final RetryManager retries;
    private final MissingMessages missing;
    private final PlaceholderRequests placeholders;
    private final ReceivedHandlers protocols;
    private final StanzaStream stream;
    private final EventDispatcher events;
    private final MessageTracer tracer;
    private final AccountThreads threads;
    private final CanonicalOrder order;
    private final ThrottledLog refusals;
    private final MessageNews news;
    private final AddOns addOns;
    private final ChatTimers timers;

    private final KeyedLanes.Work<Arrival> receive = KeyedLanes.Work.blocking(
            MOST_TOGETHER, this::receive, (arrival, failure) -> arrival.answer.completeExceptionally(failure));

    /**
     * Puts the way in together.
     *
     * @param parts what the account has
     * @param listeners hear of what came
     * @param receipts tell senders that it came
     * @param retries ask for what did not decrypt
     * @param missing what did not decrypt and may yet come
     * @param placeholders ask the own phone for it
     * @param order hands messages to the lane of their chat
     * @param timers how long messages last in chats with people
     * @param tracer notes the steps of messages
     */
    ReceivePipeline(
            MessagingParts parts,
            MessageListeners listeners,
            DeliveryReceipts receipts,
            RetryManager retries,
            MissingMessages missing,
            PlaceholderRequests placeholders,
            CanonicalOrder order,
            ChatTimers timers,
            MessageTracer tracer) {
        this.self = parts.self();
        this.lids = parts.lids();
        this.protocols = parts.received();
        this.stream = parts.stream();
        this.events = parts.events();
        this.threads = parts.threads();
        this.refusals = new ThrottledLog(LOG, threads.timer());
        this.news = new MessageNews(events, parts.groups(), refusals);
        this.addOns = new AddOns(self, lids);
        this.timers = requireNonNull(timers, "timers");
        this.order = requireNonNull(order, "order");
        this.listeners = requireNonNull(listeners, "listeners");
        this.receipts = requireNonNull(receipts, "receipts");
        this.retries = requireNonNull(retries, "retries");
        this.missing = requireNonNull(missing, "missing");
        this.placeholders = requireNonNull(placeholders, "placeholders");
        this.tracer = requireNonNull(tracer, "tracer");
    }

    void register(Registrations on) {
        on.stanza("message", null, null, this::handle);
        on.stanza(STATUS, null, null, this::handle);
    }

    private CompletionStage<Acknowledgement> handle(Node stanza) {
        Envelope envelope = Envelope.parse(stanza, self.get());
        Arrival arrival = new Arrival(envelope, tracer.received(envelope.id()), new CompletableFuture<>());
        order.handOn(lane(envelope), chat -> threads.work().submit(chat, arrival, receive));
        return arrival.answer;
    }

    /** Messages of one chat that wait for each other are opened in one transaction. */
    private void receive(List<Arrival> arrivals) {
        arrivals.forEach(arrival -> arrival.steps.ended("route by tag"));
        List<Opened> opened = open(arrivals);
        List<Envelope> done = new ArrayList<>(arrivals.size());
        List<Envelope> histories = new ArrayList<>(0);
        for (int i = 0; i < arrivals.size(); i++) {
            if (opened.get(i).isDone) {
                done.add(arrivals.get(i).envelope);
            }
            if (opened.get(i).isHistory) {
                histories.add(arrivals.get(i).envelope);
            }
        }
        // Also for messages that were seen before: the receipt for them got lost, and the server wants it again.
        CompletionStage<Void> delivered = receipts.send(done).thenCompose(sent -> receipts.sendOfHistory(histories));
        // Behind the delivery receipts, so that no listener can say "read" before they say "delivered".
        listeners.wake();
        opened.forEach(outcome -> news.publish(outcome.news));
        for (int i = 0; i < arrivals.size(); i++) {
            Arrival arrival = arrivals.get(i);
            arrival.follow(
                    opened.get(i).isDone
                            ? delivered.thenApply(sent -> owedFor(arrival.envelope))
                            : notDone(arrival.envelope, opened.get(i).failure));
        }
    }

    /** Beside the receipt: the server asks for the ack of a status by its class, and ends the stream without it. */
    private static Acknowledgement owedFor(Envelope delivered) {
        return delivered.stanza().tag().equals(STATUS) ? Acknowledgement.ACK : Acknowledgement.NOTHING;
    }

    /** In one transaction, unless that takes long: then in several, so that others get their turn at the store. */
    private List<Opened> open(List<Arrival> arrivals) {
        List<Opened> opened = new ArrayList<>(arrivals.size());
        while (opened.size() < arrivals.size()) {
            opened.addAll(openSome(arrivals.subList(opened.size(), arrivals.size())));
        }
        return opened;
    }

    /** If it fails over one of them, each in a transaction of its own, so that the others do not suffer for it. */
    private List<Opened> openSome(List<Arrival> arrivals) {
        try {
            return openTogether(arrivals);
        } catch (RuntimeException e) {
            if (arrivals.size() == 1) {
                return List.of(Opened.failed(e));
            }
        }
        List<Opened> opened = new ArrayList<>(arrivals.size());
        for (Arrival arrival : arrivals) {
            try {
                opened.addAll(openTogether(List.of(arrival)));
            } catch (RuntimeException e) {
                opened.add(Opened.failed(e));
            }
        }
        return opened;
    }

    /** The first of them, or more, up to all. */
    private List<Opened> openTogether(List<Arrival> arrivals) {
        Set<Jid> devices = new LinkedHashSet<>();
        arrivals.forEach(arrival -> devices.addAll(concerned(arrival.envelope)));
        MissingMessages.Found found = missing.found();
        List<Opened> outcomes = lids.inTransaction(devices, peers -> {
            Inbox.Appender inbox = new Inbox.Appender(peers.store(), found);
            List<Opened> opened = new ArrayList<>(arrivals.size());
            for (Arrival arrival : arrivals) {
                if (peers.isSpent() && !opened.isEmpty()) {
                    break;
                }
                opened.add(open(arrival, peers, inbox));
            }
            inbox.finish();
            return opened;
        });
        found.committed();
        return outcomes;
    }

    /** Whose state a message may change: the sender's, and that of all forms of a pair that it tells of. */
    private Set<Jid> concerned(Envelope envelope) {
        Set<Jid> devices = new LinkedHashSet<>();
        devices.add(envelope.sender());
        envelope.pairs().filter(pair -> lids.isNews(pair.one(), pair.other())).forEach(pair -> {
            devices.addAll(pair.allForms());
            devices.add(pair.other());
        });
        return devices;
    }

    /**
     * The device whose session a message belongs to: the sender as the stanza names it, unless nothing is known of it
     * and there is something under the other form that the stanza tells of. Nothing is lost if that is not true: it
     * does not decrypt, or brings another identity.
     */
    private static Jid sessionOf(Envelope envelope, PeerTransaction peers) {
        Jid sender = envelope.sender();
        return envelope.senderAltDevice()
                .filter(other -> !peers.isKnown(sender) && peers.isKnown(other))
                .orElse(sender);
    }

    /**
     * What cannot be opened is no failure of the transaction: its message keys stay as they were, or are spent all the
     * same.
     */
    private Opened open(Arrival arrival, PeerTransaction peers, Inbox.Appender inbox) {
        Envelope envelope = arrival.envelope;
        Jid device = sessionOf(envelope, peers);
        Optional<byte[]> deviceIdentity = envelope.deviceIdentity();
        boolean any = false;
        boolean history = false;
        List<MessageNews.Item> told = new ArrayList<>(0);
        DecryptionFailedException refused = null;
        List<Node> ciphertexts = envelope.stanza().children("enc");
        if (ciphertexts.size() > MAX_CIPHERTEXTS) {
            return Opened.failed(new ProtocolViolationException(
                    "a message with " + ciphertexts.size() + " ciphertexts, where there may be " + MAX_CIPHERTEXTS));
        }
        for (Node enc : ciphertexts) {
            try {
                String type = enc.requireAttr("type");
                Optional<Ciphertext.Type> pairwise = Ciphertext.Type.ofWireName(type);
                if (pairwise.isEmpty() && !type.equals(OF_A_GROUP)) {
                    LOG.debug("Message {} has ciphertext of a kind not supported: {}", envelope.id(), type);
                    continue;
                }
                // The pairwise one comes first, and brings the sender key of the other where that is new.
                byte[] bytes = enc.requireBytes();
                requireSharedKeys(envelope, type);
                byte[] padded = pairwise.isPresent()
                        ? peers.decrypt(device, new Ciphertext(pairwise.get(), bytes), deviceIdentity)
                        : peers.decryptForGroup(envelope.chat(), device, bytes);
                arrival.steps.ended("signal");
                // Only now is it known that the sender wrote this, and not somebody who made the stanza up.
                envelope.pairs().forEach(pair -> peers.learn(pair.one(), pair.other()));
                history |= keep(arrival, originOf(envelope, peers), padded, peers, inbox, told)
                        .isHistoryNotice();
                any = true;
            } catch (ProtocolViolationException e) {
                return Opened.failed(e);
            } catch (DecryptionFailedException e) {
                boolean isFirst = refused == null;
                refused = e;
                // A used key that brought a sender key leaves the group's ciphertext to be opened; a second one leaves
                // nothing.
                if (!isFirst || e.reason() != DecryptionFailedException.Reason.DUPLICATE) {
                    break;
                }
            }
        }
        // Chat, author and id decide whether the message came before, not the ciphertext. Its key may be used although
        // the message is new, if the sender restored an old backup; and the key of a message that came may be gone.
        if (refused != null && !ReceivedIds.contains(peers.store(), envelope.id(), originOf(envelope, peers))) {
            return Opened.failed(refused);
        }
        if (history && envelope.fromMe()) {
            return Opened.HISTORY;
        }
        return any || refused != null ? Opened.done(told) : Opened.NOTHING;
    }

    /** Only where several people listen there is a key that they share. */
    private static void requireSharedKeys(Envelope envelope, String type) {
        if (type.equals(OF_A_GROUP) && !Audience.of(envelope.chat()).hasSenderKeys()) {
            throw new ProtocolViolationException("a ciphertext for a group in "
                    + Audience.of(envelope.chat()).description());
        }
    }

    /**
     * Step 6.
     *
     * @return the content
     * @throws ProtocolViolationException if the content does not parse; its message key is spent all the same
     */
    private ReceivedContent keep(
            Arrival arrival,
            MessageOrigin origin,
            byte[] padded,
            PeerTransaction peers,
            Inbox.Appender inbox,
            List<MessageNews.Item> told) {
        Envelope envelope = arrival.envelope;
        try {
            ReceivedContent opened = ReceivedContent.of(envelope, padded);
            MessageKey key = keyOf(envelope, opened.chat(), peers.store());
            Function<Jid, Optional<Jid>> otherForm = jid -> lids.counterpart(jid, peers.store());
            Optional<ReceivedContent> named = opened.seenFromHere(key, envelope.sender(), self.get(), otherForm);
            Optional<AddOns.Outcome> addOn =
                    named.flatMap(any -> addOns.open(any.message(), envelope.sender(), peers.store()));
            Optional<ReceivedContent> seen = addOn.flatMap(outcome -> Optional.ofNullable(outcome.message()))
                    .map(plain -> new ReceivedContent(opened.chat(), plain))
                    .or(() -> named);
            ReceivedContent content = seen.orElse(opened);
            content.senderKeyFor(envelope.chat())
                    .ifPresent(senderKey -> peers.takeSenderKey(envelope.chat(), envelope.sender(), senderKey));
            Optional<MessageNews.Item> about =
                    seen.flatMap(any -> news(webMessage(envelope, key, any), addOn, envelope.sender(), otherForm));
            boolean isProtocol = content.message().hasProtocolMessage();
            // One that was encrypted anew may follow a copy that arrived after all.
            if ((isProtocol || about.isPresent()) && !ReceivedIds.contains(peers.store(), envelope.id(), origin)) {
                about.ifPresent(told::add);
                if (isProtocol) {
                    protocols.take(protocol(envelope, content), inbox);
                }
            }
            if (Audience.of(key.remoteJid()) instanceof Audience.Person) {
                timers.received(peers.store(), key.remoteJid(), content.message(), envelope.timestamp());
            }
            if (!content.isKeysOnly()) {
                inbox.toInbox(
                        envelope.id(),
                        origin,
                        content.isForListeners() ? inboxEntry(envelope, key, content) : null,
                        content.message()
                                .getMessageContextInfo()
                                .getMessageSecret()
                                .toByteArray());
            }
            return content;
        } finally {
            arrival.steps.ended("protobuf");
        }
    }

    private static Optional<MessageNews.Item> news(
            WebMessage message, Optional<AddOns.Outcome> addOn, Jid author, Function<Jid, Optional<Jid>> otherForm) {
        return addOn.flatMap(outcome -> MessageNews.of(outcome, message, author, otherForm))
                .or(() -> MessageNews.of(message, author, otherForm));
    }

    private static WebMessage webMessage(Envelope envelope, MessageKey key, ReceivedContent content) {
        return new WebMessage(key, envelope.timestamp(), Optional.ofNullable(envelope.pushName()), content.message());
    }

    private static InboxEntry inboxEntry(Envelope envelope, MessageKey key, ReceivedContent content) {
        return Inbox.entry(key, envelope.timestamp(), envelope.pushName(), envelope.isOffline(), content.message());
    }

    private static ReceivedProtocol protocol(Envelope envelope, ReceivedContent content) {
        return new ReceivedProtocol(
                envelope.id(),
                content.chat(),
                envelope.sender(),
                envelope.fromMe(),
                envelope.timestamp(),
                content.message().getProtocolMessage());
    }

    /** What the server is owed for what did not get into the inbox. */
    private CompletionStage<Acknowledgement> notDone(Envelope envelope, @Nullable RuntimeException failure) {
        if (failure instanceof DecryptionFailedException undecryptable) {
            return undecryptable(envelope, undecryptable);
        }
        return failure == null ? unreadable(envelope) : CompletableFuture.failedFuture(failure);
    }

    /** Every form of chat and sender that is known: a first copy may have come before the pair was learned. */
    private MessageOrigin originOf(Envelope envelope, PeerTransaction peers) {
        return new MessageOrigin(
                lids.formsOf(lids.canonical(envelope.chat(), peers.store()), peers.store()),
                lids.formsOf(peers.canonical(envelope.sender()), peers.store()));
    }

    /**
     * Nothing in it that this device could open. Asking the sender helps only if it can encrypt for this device at all.
     */
    private CompletionStage<Acknowledgement> unreadable(Envelope envelope) {
        DecryptionFailedException failure = new DecryptionFailedException(
                DecryptionFailedException.Reason.UNKNOWN, "no ciphertext for this device", null);
        if (Audience.of(envelope.from()) instanceof Audience.Newsletter) {
            LOG.debug("Post {} of a newsletter is passed over", envelope.id());
            return CompletableFuture.completedFuture(Acknowledgement.ACK);
        }
        if (envelope.isWithheld()) {
            tell(envelope, failure);
            return CompletableFuture.completedFuture(Acknowledgement.ACK);
        }
        if (envelope.isBotAnswer()) {
            tell(envelope, failure);
            return CompletableFuture.completedFuture(Acknowledgement.nack(MISSING_MESSAGE_SECRET));
        }
        return undecryptable(envelope, failure);
    }

    private CompletionStage<Acknowledgement> undecryptable(Envelope envelope, DecryptionFailedException failure) {
        tell(envelope, failure);
        return isOver(envelope)
                ? CompletableFuture.completedFuture(Acknowledgement.ACK)
                : retries.ask(envelope, failure);
    }

    private boolean isOver(Envelope envelope) {
        return envelope.chat().isStatusBroadcast()
                && envelope.timestamp().plus(STATUS_LASTS).isBefore(Instant.ofEpochMilli(stream.serverTimeMillis()));
    }

    /** What the server is owed must come after this: it writes down that the message is missing. */
    private void tell(Envelope envelope, DecryptionFailedException failure) {
        refusals.warn(
                envelope.sender().person(),
                "message " + envelope.id() + " of device " + envelope.sender().device() + " could not be decrypted: "
                        + failure.reason());
        LOG.debug("Why it could not", failure);
        MessageKey key = keyOf(envelope, lids.canonical(envelope.chat()), lids::counterpart);
        placeholders.failed(envelope, key);
        events.publish(
                Events.MESSAGE_UNDECRYPTABLE, new MessageUndecryptable(key, envelope.timestamp(), failure.reason()));
    }

    private MessageKey keyOf(Envelope envelope, Jid chat, StoreTransaction transaction) {
        return keyOf(envelope, lids.canonical(chat, transaction), jid -> lids.counterpart(jid, transaction));
    }

    private static MessageKey keyOf(Envelope envelope, Jid chat, Function<Jid, Optional<Jid>> counterparts) {
        return Audience.of(chat).key(envelope.fromMe(), envelope.id(), envelope.sender(), counterparts);
    }

    /** Both forms of a chat share a lane: as the stanza tells, or else as is known. */
    private static Jid lane(Envelope envelope) {
        return envelope.chatAlt().filter(Jid::isLid).orElse(envelope.chat());
    }

    /**
     * A message that came.
     *
     * @param answer completes with what the server is owed for it
     */
    private record Arrival(Envelope envelope, PipelineTimes steps, CompletableFuture<Acknowledgement> answer) {

        void follow(CompletionStage<Acknowledgement> stage) {
            stage.whenComplete((acknowledgement, failure) -> {
                if (failure == null) {
                    answer.complete(acknowledgement);
                } else {
                    answer.completeExceptionally(failure);
                }
            });
        }
    }

    /**
     * What became of a message: done with, or nothing in it for this device, or why it failed.
     *
     * @param isDone whether it is in the inbox, or was before
     * @param isHistory whether it is a notice of this account's own history, which has a receipt of its own
     * @param news what it says of other messages
     */
    private record Opened(
            boolean isDone, boolean isHistory, @Nullable RuntimeException failure, List<MessageNews.Item> news) {

        static final Opened HISTORY = new Opened(true, true, null, List.of());
        static final Opened NOTHING = new Opened(false, false, null, List.of());

        static Opened done(List<MessageNews.Item> news) {
            return new Opened(true, false, null, news);
        }

        static Opened failed(RuntimeException failure) {
            return new Opened(false, false, failure, List.of());
        }
    }
}
