package dev.waxwing.internal.message;

import static java.util.Objects.requireNonNull;

import dev.waxwing.error.ConnectionLostException;
import dev.waxwing.event.Events;
import dev.waxwing.event.MessageReceiptUpdate;
import dev.waxwing.event.MessagesUpdate.StatusChange;
import dev.waxwing.internal.address.LidMappings;
import dev.waxwing.internal.area.Registrations;
import dev.waxwing.internal.binary.Node;
import dev.waxwing.internal.content.Envelope;
import dev.waxwing.internal.event.EventDispatcher;
import dev.waxwing.internal.stream.Acknowledgement;
import dev.waxwing.internal.stream.StanzaStream;
import dev.waxwing.internal.threads.AccountThreads;
import dev.waxwing.internal.threads.Failures;
import dev.waxwing.model.Jid;
import dev.waxwing.model.MessageKey;
import dev.waxwing.model.MessageStatus;
import dev.waxwing.model.ReceiptType;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Receipts both ways: those owed for what was received, those the application gives for what was read, and those that arrive. */
final class Receipts {

    private static final Logger LOG = LoggerFactory.getLogger(Receipts.class);

    /** What the application may say; all else is this library's own to say. */
    private static final Set<ReceiptType> GIVEN =
            EnumSet.of(ReceiptType.READ, ReceiptType.READ_SELF, ReceiptType.PLAYED, ReceiptType.PLAYED_SELF);

    private static final int MOST_IDS = 256;

    /** More receipts than this that wait for a connection mean that nobody looks whether they are sent. */
    private static final int MOST_WAITING = 10_000;

    private final LidMappings lids;
    private final Outbox outbox;
    private final StanzaStream stream;
    private final EventDispatcher events;
    private final ToldStatuses statuses;
    private final AccountThreads threads;
    private final OpenGate gate;
    private final ReceiptPolicy policy;
    private final AtomicInteger waiting = new AtomicInteger();

    Receipts(
            LidMappings lids,
            Outbox outbox,
            StanzaStream stream,
            EventDispatcher events,
            ToldStatuses statuses,
            AccountThreads threads,
            OpenGate gate,
            ReceiptPolicy policy) {
        this.lids = requireNonNull(lids, "lids");
        this.outbox = requireNonNull(outbox, "outbox");
        this.stream = requireNonNull(stream, "stream");
        this.events = requireNonNull(events, "events");
        this.statuses = requireNonNull(statuses, "statuses");
        this.threads = requireNonNull(threads, "threads");
        this.gate = requireNonNull(gate, "gate");
        this.policy = requireNonNull(policy, "policy");
    }

    void register(Registrations on) {
        on.stanza("receipt", null, null, this::received);
    }

    /**
     * Tells the server, and through it the senders, that messages were opened and stored: one receipt for those of one device in one chat.
     *
     * @return completes when all are written to the socket
     */
    CompletableFuture<Void> delivered(List<Envelope> envelopes) {
        Map<List<Object>, List<Envelope>> bySender = new LinkedHashMap<>();
        for (Envelope envelope : envelopes) {
            List<Object> sender = List.of(
                    envelope.from(),
                    Optional.ofNullable(envelope.stanza().jid("participant")),
                    Optional.ofNullable(envelope.stanza().jid("recipient")),
                    deliveryType(envelope));
            bySender.computeIfAbsent(sender, first -> new ArrayList<>()).add(envelope);
        }
        CompletableFuture<?>[] sent =
                bySender.values().stream().map(this::sendDelivered).toArray(CompletableFuture<?>[]::new);
        return CompletableFuture.allOf(sent);
    }

    private CompletableFuture<Void> sendDelivered(List<Envelope> envelopes) {
        Envelope first = envelopes.get(0);
        String type = deliveryType(first).wireName();
        Node.Builder receipt = Node.builder("receipt")
                .attr("id", first.id())
                .attr("to", first.from())
                .attrIfPresent("participant", first.stanza().jid("participant"))
                .attrIfPresent("recipient", first.stanza().jid("recipient"))
                .attrIfPresent("type", type.isEmpty() ? null : type);
        // The server may have delivered one twice.
        addFurther(receipt, envelopes.stream().map(Envelope::id).distinct().skip(1));
        return stream.send(receipt.build());
    }

    private static void addFurther(Node.Builder receipt, Stream<String> ids) {
        List<Node> items =
                ids.map(id -> Node.builder("item").attr("id", id).build()).toList();
        if (!items.isEmpty()) {
            receipt.child(Node.builder("list").children(items).build());
        }
    }

    private ReceiptType deliveryType(Envelope envelope) {
        if (envelope.isPeer()) {
            return ReceiptType.PEER;
        }
        if (envelope.fromMe()) {
            return ReceiptType.SENDER;
        }
        return policy.availability().isAvailable() ? ReceiptType.DELIVERY : ReceiptType.INACTIVE;
    }

    /**
     * Tells the authors that their messages were read or played; one receipt for each author and chat, several if there are many messages.
     *
     * @return completes when all are written to the socket
     * @throws IllegalArgumentException if the type is not the application's to give, or this account sent one of the messages
     */
    CompletableFuture<Void> give(Collection<MessageKey> keys, ReceiptType type) {
        if (!GIVEN.contains(type)) {
            throw new IllegalArgumentException("type must be one of " + GIVEN + " but was " + type);
        }
        Map<List<Object>, List<MessageKey>> byAuthor = new LinkedHashMap<>();
        for (MessageKey key : keys) {
            if (key.fromMe()) {
                throw new IllegalArgumentException(
                        "keys must be of messages received, but this account sent " + key.id());
            }
            byAuthor.computeIfAbsent(List.of(key.remoteJid(), key.participant()), author -> new ArrayList<>())
                    .add(key);
        }
        ReceiptType told = policy.readReceipts() ? type : toOneself(type);
        List<CompletableFuture<Void>> sent = new ArrayList<>();
        for (List<MessageKey> author : byAuthor.values()) {
            for (int from = 0; from < author.size(); from += MOST_IDS) {
                sent.add(send(receipt(author.subList(from, Math.min(author.size(), from + MOST_IDS)), told)));
            }
        }
        return CompletableFuture.allOf(sent.toArray(CompletableFuture<?>[]::new));
    }

    /** The form that only the own devices hear of. */
    private static ReceiptType toOneself(ReceiptType type) {
        return switch (type) {
            case READ -> ReceiptType.READ_SELF;
            case PLAYED -> ReceiptType.PLAYED_SELF;
            default -> type;
        };
    }

    private Node receipt(List<MessageKey> keys, ReceiptType type) {
        MessageKey first = keys.get(0);
        Node.Builder receipt = Node.builder("receipt")
                .attr("id", first.id())
                .attr("to", first.remoteJid())
                .attr("type", type.wireName())
                .attr("t", stream.serverTimeMillis() / 1000)
                .attrIfPresent("participant", first.participant().orElse(null));
        addFurther(receipt, keys.stream().skip(1).map(MessageKey::id));
        return receipt.build();
    }

    private CompletableFuture<Void> send(Node receipt) {
        if (waiting.incrementAndGet() > MOST_WAITING) {
            waiting.decrementAndGet();
            return CompletableFuture.failedFuture(
                    new ConnectionLostException("more than " + MOST_WAITING + " receipts wait for a connection"));
        }
        return sendAfter(0, receipt).whenComplete((written, failure) -> waiting.decrementAndGet());
    }

    /** On a connection later than one that was lost under it. */
    private CompletableFuture<Void> sendAfter(int lost, Node receipt) {
        return gate.await(lost, policy.patience())
                .thenCompose(opening -> stream.send(receipt)
                        .exceptionallyCompose(failure -> Failures.unwrap(failure) instanceof ConnectionLostException
                                ? sendAfter(opening, receipt)
                                : CompletableFuture.failedFuture(failure)));
    }

    private CompletionStage<Acknowledgement> received(Node receipt) {
        Jid from = receipt.requireJid("from");
        return threads.work().submit(from.withoutDevice(), () -> {
            publish(receipt, from);
            return Acknowledgement.ACK;
        });
    }

    private void publish(Node receipt, Jid from) {
        String wireName = receipt.attr("type");
        Optional<ReceiptType> known = ReceiptType.ofWireName(wireName == null ? "" : wireName);
        if (known.isEmpty()) {
            LOG.debug("A receipt of a type not known: {}", wireName);
            return;
        }
        ReceiptType type = known.get();
        Jid recipient = receipt.jid("recipient");
        Jid chat = lids.canonical((recipient == null ? from : recipient).withoutDevice());
        Optional<Jid> otherForm = lids.counterpart(chat);
        boolean aboutOwnMessage = !isSelf(type);
        List<Told> all = told(receipt, from);
        if (aboutOwnMessage) {
            Set<Jid> forms = otherForm.map(other -> Set.of(chat, other)).orElse(Set.of(chat));
            outbox.reached(forms, all.stream().map(Told::id).distinct().toList());
        }
        List<StatusChange> changes = new ArrayList<>();
        for (Told told : all) {
            MessageKey key = MessageKey.builder(chat, aboutOwnMessage, told.id)
                    .remoteJidAlt(otherForm.orElse(null))
                    .build();
            events.publish(
                    Events.MESSAGE_RECEIPT_UPDATE, new MessageReceiptUpdate(key, told.user, type, told.timestamp));
            status(type).map(status -> new StatusChange(key, status)).ifPresent(changes::add);
        }
        statuses.tell(changes);
    }

    /** What one person says of one message. */
    private record Told(String id, Jid user, Instant timestamp) {}

    private List<Told> told(Node receipt, Jid from) {
        long now = stream.serverTimeMillis() / 1000;
        Instant timestamp = Instant.ofEpochSecond(receipt.longAttr("t", now));
        List<Node> aggregates = receipt.children("participants");
        if (aggregates.isEmpty()) {
            Jid participant = receipt.jid("participant");
            Jid user = (participant == null ? from : participant).withoutDevice();
            return ids(receipt).stream()
                    .map(id -> new Told(id, user, timestamp))
                    .toList();
        }
        List<Told> all = new ArrayList<>();
        for (Node aggregate : aggregates) {
            String key = aggregate.attr("key");
            String id = key == null ? receipt.requireAttr("id") : key;
            for (Node user : aggregate.children("user")) {
                all.add(new Told(
                        id,
                        user.requireJid("jid").withoutDevice(),
                        Instant.ofEpochSecond(user.longAttr("t", timestamp.getEpochSecond()))));
            }
        }
        return all;
    }

    /** Read or played by this account on another device: the message is somebody else's. */
    private static boolean isSelf(ReceiptType type) {
        return type == ReceiptType.READ_SELF || type == ReceiptType.PLAYED_SELF;
    }

    private static Optional<MessageStatus> status(ReceiptType type) {
        return switch (type) {
            case DELIVERY, INACTIVE -> Optional.of(MessageStatus.DELIVERED);
            case READ, READ_SELF -> Optional.of(MessageStatus.READ);
            case PLAYED, PLAYED_SELF -> Optional.of(MessageStatus.PLAYED);
            default -> Optional.empty();
        };
    }

    private static List<String> ids(Node receipt) {
        List<String> ids = new ArrayList<>();
        ids.add(receipt.requireAttr("id"));
        @Nullable Node list = receipt.child("list");
        if (list != null) {
            list.children("item").forEach(item -> ids.add(item.requireAttr("id")));
        }
        return ids;
    }
}
