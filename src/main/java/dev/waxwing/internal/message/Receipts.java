package dev.waxwing.internal.message;

import static java.util.Objects.requireNonNull;

import dev.waxwing.event.Events;
import dev.waxwing.event.MessageReceiptUpdate;
import dev.waxwing.event.MessagesUpdate;
import dev.waxwing.event.MessagesUpdate.StatusChange;
import dev.waxwing.internal.binary.Node;
import dev.waxwing.internal.event.EventDispatcher;
import dev.waxwing.internal.signal.LidMappings;
import dev.waxwing.internal.stream.AccountThreads;
import dev.waxwing.internal.stream.Acknowledgement;
import dev.waxwing.internal.stream.StanzaRouter;
import dev.waxwing.internal.stream.StanzaStream;
import dev.waxwing.model.Jid;
import dev.waxwing.model.MessageKey;
import dev.waxwing.model.MessageStatus;
import dev.waxwing.model.ReceiptType;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Receipts both ways: those owed for what was received, those the application gives for what was read, and those that arrive. */
final class Receipts {

    private static final Logger LOG = LoggerFactory.getLogger(Receipts.class);

    private final LidMappings lids;
    private final RetryManager retries;
    private final Outbox outbox;
    private final StanzaStream stream;
    private final EventDispatcher events;
    private final AccountThreads threads;
    private final boolean available;

    /**
     * @param available whether this device announces itself as available; if not, its delivery receipts say so
     */
    Receipts(
            LidMappings lids,
            RetryManager retries,
            Outbox outbox,
            StanzaStream stream,
            EventDispatcher events,
            AccountThreads threads,
            boolean available) {
        this.lids = requireNonNull(lids, "lids");
        this.retries = requireNonNull(retries, "retries");
        this.outbox = requireNonNull(outbox, "outbox");
        this.stream = requireNonNull(stream, "stream");
        this.events = requireNonNull(events, "events");
        this.threads = requireNonNull(threads, "threads");
        this.available = available;
    }

    void register(StanzaRouter router) {
        router.on("receipt", this::received);
    }

    /** Tells the server, and through it the sender, that a message was opened and stored. */
    CompletableFuture<Void> delivered(Envelope envelope) {
        Node.Builder receipt = Node.builder("receipt").attr("id", envelope.id()).attr("to", envelope.from());
        receipt.attrIfPresent("participant", envelope.stanza().jid("participant"));
        receipt.attrIfPresent("recipient", envelope.stanza().jid("recipient"));
        String type = deliveryType(envelope).wireName();
        return stream.send(
                receipt.attrIfPresent("type", type.isEmpty() ? null : type).build());
    }

    private ReceiptType deliveryType(Envelope envelope) {
        if (envelope.isPeer()) {
            return ReceiptType.PEER;
        }
        if (envelope.fromMe()) {
            return ReceiptType.SENDER;
        }
        return available ? ReceiptType.DELIVERY : ReceiptType.INACTIVE;
    }

    /**
     * Tells the authors that their messages were read; one receipt for each author and chat.
     *
     * @return completes when all are written to the socket
     */
    CompletableFuture<Void> read(Collection<MessageKey> keys) {
        Map<List<Object>, List<MessageKey>> byAuthor = new LinkedHashMap<>();
        for (MessageKey key : keys) {
            if (key.fromMe()) {
                throw new IllegalArgumentException(
                        "keys must be of messages received, but this account sent " + key.id());
            }
            byAuthor.computeIfAbsent(List.of(key.remoteJid(), key.participant()), author -> new ArrayList<>())
                    .add(key);
        }
        CompletableFuture<?>[] sent =
                byAuthor.values().stream().map(this::sendRead).toArray(CompletableFuture<?>[]::new);
        return CompletableFuture.allOf(sent);
    }

    private CompletableFuture<Void> sendRead(List<MessageKey> keys) {
        MessageKey first = keys.get(0);
        Node.Builder receipt = Node.builder("receipt")
                .attr("id", first.id())
                .attr("to", first.remoteJid())
                .attr("type", ReceiptType.READ.wireName())
                .attr("t", stream.serverTimeMillis() / 1000)
                .attrIfPresent("participant", first.participant().orElse(null));
        if (keys.size() > 1) {
            List<Node> further = keys.subList(1, keys.size()).stream()
                    .map(key -> Node.builder("item").attr("id", key.id()).build())
                    .toList();
            receipt.child(Node.builder("list").children(further).build());
        }
        return stream.send(receipt.build());
    }

    private CompletionStage<Acknowledgement> received(Node receipt) {
        Jid from = receipt.requireJid("from");
        return threads.work()
                .submit(from.withoutDevice(), () -> {
                    if (ReceiptType.RETRY.wireName().equals(receipt.attr("type"))) {
                        return retries.answer(receipt);
                    }
                    publish(receipt, from);
                    return CompletableFuture.completedFuture(Acknowledgement.ACK);
                })
                .thenCompose(Function.identity());
    }

    private void publish(Node receipt, Jid from) {
        String wireName = receipt.attr("type");
        Optional<ReceiptType> known = ReceiptType.ofWireName(wireName == null ? "" : wireName);
        if (known.isEmpty()) {
            LOG.debug("A receipt of a type not known: {}", wireName);
            return;
        }
        ReceiptType type = known.get();
        Jid participant = receipt.jid("participant");
        Jid recipient = receipt.jid("recipient");
        Jid chat = lids.canonical((recipient == null ? from : recipient).withoutDevice());
        Jid user = (participant == null ? from : participant).withoutDevice();
        boolean aboutOwnMessage = !isSelf(type);
        Instant timestamp = Instant.ofEpochSecond(receipt.longAttr("t", stream.serverTimeMillis() / 1000));
        List<StatusChange> changes = new ArrayList<>();
        List<String> ids = ids(receipt);
        if (aboutOwnMessage) {
            outbox.reached(ids);
        }
        for (String id : ids) {
            MessageKey key = new MessageKey(
                    chat, aboutOwnMessage, id, Optional.empty(), lids.counterpart(chat), Optional.empty());
            events.publish(Events.MESSAGE_RECEIPT_UPDATE, new MessageReceiptUpdate(key, user, type, timestamp));
            status(type).ifPresent(status -> changes.add(new StatusChange(key, status)));
        }
        if (!changes.isEmpty()) {
            events.publish(Events.MESSAGES_UPDATE, new MessagesUpdate(changes));
        }
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
