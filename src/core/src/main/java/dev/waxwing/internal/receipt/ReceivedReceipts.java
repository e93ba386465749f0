package dev.waxwing.internal.receipt;

import static java.util.Objects.requireNonNull;

import dev.waxwing.event.Events;
import dev.waxwing.event.MessageReceiptUpdate;
import dev.waxwing.event.MessagesUpdate.StatusChange;
import dev.waxwing.internal.account.Self;
import dev.waxwing.internal.address.CanonicalOrder;
import dev.waxwing.internal.address.LidMappings;
import dev.waxwing.internal.area.Registrations;
import dev.waxwing.internal.binary.Node;
import dev.waxwing.internal.content.Audience;
import dev.waxwing.internal.content.ReceiptEnvelope;
import dev.waxwing.internal.event.EventDispatcher;
import dev.waxwing.internal.stream.StanzaStream;
import dev.waxwing.internal.stream.routing.Acknowledgement;
import dev.waxwing.internal.threads.AccountThreads;
import dev.waxwing.model.Jid;
import dev.waxwing.model.MessageKey;
import dev.waxwing.model.MessageStatus;
import dev.waxwing.model.ReceiptType;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The receipts that arrive: tells the application who has or read which message. */
public final class ReceivedReceipts {

    private static final Logger LOG = LoggerFactory.getLogger(ReceivedReceipts.class);

    /** How a receipt that lists people writes what otherwise is no type at all. */
    private static final String DELIVERY = "delivery";

    private final Supplier<Self> self;
    private final LidMappings lids;
    private final ReachedMessages messages;
    private final StanzaStream stream;
    private final EventDispatcher events;
    private final StatusUpdates statuses;
    private final AccountThreads threads;
    private final CanonicalOrder order;

    /**
     * Creates one for an account.
     *
     * @param self this account
     * @param lids which addresses are one person
     * @param stream knows the server's time
     * @param events where receipts are published
     * @param threads the account's threads
     * @param order hands receipts to the lane of their chat
     * @param messages hears which of the own messages somebody has
     * @param statuses tells how far messages have come
     */
    public ReceivedReceipts(
            Supplier<Self> self,
            LidMappings lids,
            StanzaStream stream,
            EventDispatcher events,
            AccountThreads threads,
            CanonicalOrder order,
            ReachedMessages messages,
            StatusUpdates statuses) {
        this.self = requireNonNull(self, "self");
        this.lids = requireNonNull(lids, "lids");
        this.stream = requireNonNull(stream, "stream");
        this.events = requireNonNull(events, "events");
        this.threads = requireNonNull(threads, "threads");
        this.order = requireNonNull(order, "order");
        this.messages = requireNonNull(messages, "messages");
        this.statuses = requireNonNull(statuses, "statuses");
    }

    /**
     * Takes receipts of every type that no other area takes.
     *
     * @param on takes the handler
     */
    public void register(Registrations on) {
        on.stanza("receipt", null, null, this::received);
    }

    private CompletionStage<Acknowledgement> received(Node receipt) {
        return order.handOn(receipt.requireJid("from").person(), threads.work(), () -> {
            publish(receipt);
            return Acknowledgement.ACK;
        });
    }

    private void publish(Node receipt) {
        ReceiptEnvelope envelope = ReceiptEnvelope.parse(receipt, self.get());
        learnPairs(receipt, receipt.requireJid("from"));
        List<Reading> all = readings(receipt, envelope);
        Jid chat = lids.canonical(envelope.chat());
        Audience audience = Audience.of(chat);
        Optional<Jid> otherForm = lids.counterpart(chat);
        List<String> ofOwn = all.stream()
                .filter(reading -> !isSelf(reading.type))
                .map(Reading::id)
                .distinct()
                .toList();
        if (!ofOwn.isEmpty()) {
            messages.reached(otherForm.map(other -> Set.of(chat, other)).orElse(Set.of(chat)), ofOwn);
        }
        List<StatusChange> changes = new ArrayList<>();
        for (Reading reading : all) {
            boolean aboutOwnMessage = !isSelf(reading.type);
            // Where a chat has several authors, the receipt of an own device names the one whose message was read.
            @Nullable Jid author = aboutOwnMessage ? null : reading.by.author().orElse(null);
            MessageKey key = audience.key(
                    aboutOwnMessage, reading.id, author, jid -> jid.equals(chat) ? otherForm : lids.counterpart(jid));
            events.publish(
                    Events.MESSAGE_RECEIPT_UPDATE,
                    new MessageReceiptUpdate(key, reading.by.sender(), reading.type, reading.timestamp));
            status(reading).map(status -> new StatusChange(key, status)).ifPresent(changes::add);
        }
        statuses.publishNews(changes);
    }

    /** As with a notice, the word of the server: who reads may be known by the other form of the address only. */
    private void learnPairs(Node receipt, Jid from) {
        learn(from, receipt, "sender_pn", "sender_lid");
        Jid participant = receipt.jid("participant");
        if (participant != null) {
            learn(participant, receipt, "participant_pn", "participant_lid");
        }
        Jid recipient = receipt.jid("recipient");
        if (recipient != null) {
            learn(recipient, receipt, "recipient_pn", "recipient_lid");
            learn(recipient, receipt, "peer_recipient_pn", "peer_recipient_lid");
        }
    }

    private void learn(Jid person, Node receipt, String... attributes) {
        for (String attribute : attributes) {
            Jid other = receipt.jid(attribute);
            if (other != null) {
                lids.learn(person, other);
            }
        }
    }

    /** What one person says of one message. */
    private record Reading(String id, ReceiptType type, ReceiptEnvelope by, Instant timestamp) {}

    private List<Reading> readings(Node receipt, ReceiptEnvelope envelope) {
        Instant timestamp = receipt.timeAttr("t", Instant.ofEpochSecond(stream.serverTimeMillis() / 1000));
        List<Node> aggregates = receipt.children("participants");
        if (aggregates.isEmpty()) {
            return type(receipt, envelope).stream()
                    .flatMap(type ->
                            ReceiptIds.of(receipt).stream().map(id -> new Reading(id, type, envelope, timestamp)))
                    .toList();
        }
        List<Reading> all = new ArrayList<>();
        for (Node aggregate : aggregates) {
            String id = ReceiptIds.ofAggregate(aggregate, receipt);
            for (Node user : aggregate.children("user")) {
                ReceiptEnvelope by = envelope.of(user.requireJid("jid"), self.get());
                // In a status each says for itself how far it is.
                type(user.hasAttr("type") ? user : receipt, by)
                        .map(type -> new Reading(id, type, by, user.timeAttr("t", timestamp)))
                        .ifPresent(all::add);
            }
        }
        return all;
    }

    private static Optional<ReceiptType> type(Node receipt, ReceiptEnvelope by) {
        String wireName = receipt.attr("type");
        Optional<ReceiptType> known = wireName == null || wireName.equals(DELIVERY)
                ? Optional.of(ReceiptType.DELIVERY)
                : ReceiptType.ofWireName(wireName);
        if (known.isEmpty()) {
            LOG.debug("A receipt of a type not known: {}", wireName);
        }
        return known.map(by::meaning);
    }

    /** Read or played by this account on another device: the message is somebody else's. */
    private static boolean isSelf(ReceiptType type) {
        return type == ReceiptType.READ_SELF || type == ReceiptType.PLAYED_SELF;
    }

    /** That another device of this account has a message says nothing of those it is for. */
    private static Optional<MessageStatus> status(Reading reading) {
        return reading.by.isElsewhere() && !isSelf(reading.type) ? Optional.empty() : status(reading.type);
    }

    private static Optional<MessageStatus> status(ReceiptType type) {
        return switch (type) {
            case DELIVERY, INACTIVE -> Optional.of(MessageStatus.DELIVERED);
            case READ, READ_SELF -> Optional.of(MessageStatus.READ);
            case PLAYED, PLAYED_SELF -> Optional.of(MessageStatus.PLAYED);
            default -> Optional.empty();
        };
    }
}
