package dev.waxwing.internal.receipt;

import static java.util.Objects.requireNonNull;

import dev.waxwing.error.ConnectionLostException;
import dev.waxwing.internal.area.ConnectionGate;
import dev.waxwing.internal.binary.Node;
import dev.waxwing.internal.stream.StanzaStream;
import dev.waxwing.internal.threads.Failures;
import dev.waxwing.model.Jid;
import dev.waxwing.model.MessageKey;
import dev.waxwing.model.ReceiptType;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

/** The receipts that the application sends for what was read or played. */
public final class ApplicationReceipts {

    /** What the application may say; all else is this library's own to say. */
    private static final Set<ReceiptType> OF_THE_APPLICATION =
            EnumSet.of(ReceiptType.READ, ReceiptType.READ_SELF, ReceiptType.PLAYED, ReceiptType.PLAYED_SELF);

    private static final int MOST_IDS = 256;

    /** More receipts than this that wait for a connection mean that nobody looks whether they are sent. */
    private static final int MOST_WAITING = 10_000;

    private final StanzaStream stream;
    private final ConnectionGate gate;
    private final ReceiptPolicy policy;
    private final AtomicInteger waiting = new AtomicInteger();

    /**
     * Creates one for an account.
     *
     * @param stream where receipts are sent
     * @param gate holds them back while there is no connection
     * @param policy what they say, and how long they wait
     */
    public ApplicationReceipts(StanzaStream stream, ConnectionGate gate, ReceiptPolicy policy) {
        this.stream = requireNonNull(stream, "stream");
        this.gate = requireNonNull(gate, "gate");
        this.policy = requireNonNull(policy, "policy");
    }

    /**
     * Tells the authors that their messages were read or played; one receipt for each author and chat, several if there
     * are many messages.
     *
     * @param keys messages received
     * @param type what to say of them
     * @return completes when all are written to the socket
     * @throws IllegalArgumentException if the type is not the application's to send, or this account sent one of the
     *     messages
     */
    public CompletableFuture<Void> send(Collection<MessageKey> keys, ReceiptType type) {
        if (!OF_THE_APPLICATION.contains(type)) {
            throw new IllegalArgumentException("type must be one of " + OF_THE_APPLICATION + " but was " + type);
        }
        Map<List<Object>, List<MessageKey>> byAuthor = new LinkedHashMap<>();
        for (MessageKey key : keys) {
            if (key.fromMe()) {
                throw new IllegalArgumentException(
                        "keys must be of messages received, but this account sent " + key.id());
            }
            requireKnown(key.remoteJid());
            key.participant().ifPresent(ApplicationReceipts::requireKnown);
            key.broadcast().ifPresent(ApplicationReceipts::requireKnown);
            byAuthor.computeIfAbsent(
                            List.of(key.remoteJid(), key.participant(), key.broadcast()), author -> new ArrayList<>())
                    .add(key);
        }
        ReceiptType said = policy.readReceipts() ? type : toOneself(type);
        List<CompletableFuture<Void>> sent = new ArrayList<>();
        for (List<MessageKey> author : byAuthor.values()) {
            for (int from = 0; from < author.size(); from += MOST_IDS) {
                sent.add(send(receipt(author.subList(from, Math.min(author.size(), from + MOST_IDS)), said)));
            }
        }
        return CompletableFuture.allOf(sent.toArray(CompletableFuture<?>[]::new));
    }

    private static void requireKnown(Jid address) {
        if (address.isServer() || !address.server().isKnown()) {
            throw new IllegalArgumentException("keys must be of chats of the service but one has " + address);
        }
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
                .attr("to", first.broadcast().orElse(first.remoteJid()))
                .attr("type", type.wireName())
                .attr("t", stream.serverTimeMillis() / 1000)
                .attrIfPresent(
                        "participant",
                        first.broadcast().isPresent()
                                ? first.remoteJid()
                                : first.participant().orElse(null));
        if (first.remoteJid().isStatusBroadcast()) {
            // Peer whatsapp-rust, which has it from the service's own web client.
            receipt.attr("context", "status");
            first.participantAlt().filter(Jid::isPhone).ifPresent(phone -> receipt.attr("peer_participant_pn", phone));
        }
        ReceiptIds.addFurther(receipt, keys.stream().skip(1).map(MessageKey::id));
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
}
