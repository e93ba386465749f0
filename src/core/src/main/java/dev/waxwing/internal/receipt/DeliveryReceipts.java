package dev.waxwing.internal.receipt;

import static java.util.Objects.requireNonNull;

import dev.waxwing.internal.account.Availability;
import dev.waxwing.internal.binary.Node;
import dev.waxwing.internal.content.Envelope;
import dev.waxwing.internal.stream.StanzaStream;
import dev.waxwing.model.ReceiptType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** The receipts that are owed for what was received. */
public final class DeliveryReceipts {

    private final StanzaStream stream;
    private final Availability availability;

    /**
     * Creates one for an account.
     *
     * @param stream where receipts are sent
     * @param availability whether receipts say that the user is there
     */
    public DeliveryReceipts(StanzaStream stream, Availability availability) {
        this.stream = requireNonNull(stream, "stream");
        this.availability = requireNonNull(availability, "availability");
    }

    /**
     * Tells the server, and through it the senders, that messages were opened and stored: one receipt for those of one
     * device in one chat.
     *
     * @param envelopes the messages' envelopes
     * @return completes when all are written to the socket
     */
    public CompletableFuture<Void> send(List<Envelope> envelopes) {
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

    /**
     * Tells the own phone that its notices of the history came, whether or not the history is wanted here: without that
     * it sends them again.
     *
     * @param envelopes the notices' envelopes
     * @return completes when all are written to the socket
     */
    public CompletableFuture<Void> sendOfHistory(List<Envelope> envelopes) {
        return CompletableFuture.allOf(envelopes.stream()
                .map(notice -> stream.send(Node.builder("receipt")
                        .attr("id", notice.id())
                        .attr("to", notice.from().person())
                        .attr("type", ReceiptType.HISTORY_SYNC.wireName())
                        .build()))
                .toArray(CompletableFuture<?>[]::new));
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
        ReceiptIds.addFurther(
                receipt, envelopes.stream().map(Envelope::id).distinct().skip(1));
        return stream.send(receipt.build());
    }

    private ReceiptType deliveryType(Envelope envelope) {
        if (envelope.isPeer()) {
            return ReceiptType.PEER;
        }
        if (envelope.fromMe()) {
            return ReceiptType.SENDER;
        }
        return availability.isAvailable() ? ReceiptType.DELIVERY : ReceiptType.INACTIVE;
    }
}
