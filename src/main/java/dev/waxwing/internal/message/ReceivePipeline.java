package dev.waxwing.internal.message;

import static java.util.Objects.requireNonNull;

import dev.waxwing.error.DecryptionFailedException;
import dev.waxwing.error.ProtocolViolationException;
import dev.waxwing.event.Events;
import dev.waxwing.event.MessageUndecryptable;
import dev.waxwing.internal.binary.Node;
import dev.waxwing.internal.event.EventDispatcher;
import dev.waxwing.internal.signal.Ciphertext;
import dev.waxwing.internal.signal.Credentials;
import dev.waxwing.internal.signal.LidMappings;
import dev.waxwing.internal.signal.SenderKeys;
import dev.waxwing.internal.signal.SignalSessions;
import dev.waxwing.internal.signal.SignalTransaction;
import dev.waxwing.internal.stream.AccountThreads;
import dev.waxwing.internal.stream.Acknowledgement;
import dev.waxwing.internal.stream.StanzaRouter;
import dev.waxwing.model.Jid;
import dev.waxwing.model.MessageKey;
import dev.waxwing.store.StoreTransaction;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way in: from a {@code <message>} stanza to the inbox, steps 4 to 6 of {@code docs/message-flow.md}. Stanzas of one chat
 * are worked on in the order of arrival. What the server is owed goes out only when the message is committed.
 */
final class ReceivePipeline {

    private static final Logger LOG = LoggerFactory.getLogger(ReceivePipeline.class);

    private static final String OF_A_GROUP = "skmsg";

    /** What the server is told of a bot's answer, whose key comes with the question (04, section 12). */
    private static final int MISSING_MESSAGE_SECRET = 495;

    private final Supplier<Credentials> own;
    private final LidMappings lids;
    private final SignalSessions sessions;
    private final Inbox inbox;
    private final Receipts receipts;
    private final RetryManager retries;
    private final EventDispatcher events;
    private final MessageTracer tracer;
    private final AccountThreads threads;

    ReceivePipeline(
            Supplier<Credentials> own,
            LidMappings lids,
            SignalSessions sessions,
            Inbox inbox,
            Receipts receipts,
            RetryManager retries,
            EventDispatcher events,
            MessageTracer tracer,
            AccountThreads threads) {
        this.own = requireNonNull(own, "own");
        this.lids = requireNonNull(lids, "lids");
        this.sessions = requireNonNull(sessions, "sessions");
        this.inbox = requireNonNull(inbox, "inbox");
        this.receipts = requireNonNull(receipts, "receipts");
        this.retries = requireNonNull(retries, "retries");
        this.events = requireNonNull(events, "events");
        this.tracer = requireNonNull(tracer, "tracer");
        this.threads = requireNonNull(threads, "threads");
    }

    void register(StanzaRouter router) {
        router.on("message", this::handle);
    }

    private CompletionStage<Acknowledgement> handle(Node stanza) {
        Envelope envelope = Envelope.parse(stanza, own.get());
        StepClock steps = tracer.received(envelope.id());
        return threads.work()
                .submit(lane(envelope), () -> {
                    steps.ended("route by tag");
                    return receive(envelope, steps);
                })
                .thenCompose(outcome -> outcome);
    }

    private CompletionStage<Acknowledgement> receive(Envelope envelope, StepClock steps) {
        envelope.senderAlt().ifPresent(alt -> lids.learn(envelope.sender(), alt));
        envelope.chatAlt().ifPresent(alt -> lids.learn(envelope.chat(), alt));
        boolean opened = false;
        DecryptionFailedException reused = null;
        for (Node enc : envelope.stanza().children("enc")) {
            String type = enc.requireAttr("type");
            Optional<Ciphertext.Type> pairwise = Ciphertext.Type.ofWireName(type);
            if (pairwise.isEmpty() && !type.equals(OF_A_GROUP)) {
                LOG.debug("Message {} has ciphertext of a kind not supported: {}", envelope.id(), type);
                continue;
            }
            byte[] bytes = enc.requireBytes();
            try {
                // The pairwise one comes first, and brings the sender key of the other where that is new.
                open(
                        envelope,
                        (signal, device) -> pairwise.isPresent()
                                ? signal.decrypt(device, new Ciphertext(pairwise.get(), bytes))
                                : SenderKeys.in(signal.store()).decrypt(envelope.chat(), device, bytes),
                        steps);
                opened = true;
            } catch (DecryptionFailedException e) {
                if (e.reason() != DecryptionFailedException.Reason.DUPLICATE) {
                    return undecryptable(envelope, e);
                }
                reused = e;
            }
        }
        if (!opened && reused == null) {
            return unreadable(envelope);
        }
        if (reused != null && !inbox.hasSeen(envelope.id(), authorOf(envelope))) {
            // Another message under a key that was used: the sender's ratchet went back, as with an old backup.
            return undecryptable(envelope, reused);
        }
        // A message that was seen was committed, and the receipt for it got lost: the server wants it again, nobody
        // else
        // does.
        inbox.wake();
        return receipts.delivered(envelope).thenApply(sent -> Acknowledgement.NOTHING);
    }

    /** Step 5 and 6 in one transaction. Content that does not parse is told afterwards, since its message key is spent all the same. */
    private void open(Envelope envelope, BiFunction<SignalTransaction, Jid, byte[]> decrypt, StepClock steps) {
        Jid device = lids.canonical(envelope.sender());
        // The store is asked before the transaction.
        List<Jid> author = authorOf(envelope);
        Optional<ProtocolViolationException> malformed = sessions.inTransaction(List.of(device), signal -> {
            byte[] padded = decrypt.apply(signal, device);
            steps.ended("signal");
            try {
                ReceivedContent content = ReceivedContent.of(envelope, padded);
                content.senderKeyFor(envelope.chat())
                        .ifPresent(key -> SenderKeys.in(signal.store()).process(envelope.chat(), device, key));
                if (!content.isKeysOnly()) {
                    Inbox.put(
                            signal.store(),
                            envelope.id(),
                            author,
                            content.toInboxEntry(envelope, chat -> keyOf(envelope, chat, signal.store())));
                }
                return Optional.empty();
            } catch (ProtocolViolationException e) {
                return Optional.of(e);
            } finally {
                steps.ended("protobuf");
            }
        });
        if (malformed.isPresent()) {
            throw malformed.get();
        }
    }

    /** Every form of the sender that is known: a first copy may have come before the pair was learned. */
    private List<Jid> authorOf(Envelope envelope) {
        Jid device = lids.canonical(envelope.sender());
        return Stream.concat(Stream.of(device), lids.counterpart(device).stream())
                .toList();
    }

    /** Nothing in it that this device could open. Asking the sender helps only if it can encrypt for this device at all. */
    private CompletionStage<Acknowledgement> unreadable(Envelope envelope) {
        DecryptionFailedException failure = new DecryptionFailedException(
                DecryptionFailedException.Reason.UNKNOWN, "no ciphertext for this device", null);
        if (envelope.from().isNewsletter()) {
            LOG.debug("Post {} of a newsletter is passed over", envelope.id());
            return CompletableFuture.completedFuture(Acknowledgement.ACK);
        }
        if (envelope.from().isBot()) {
            tell(envelope, failure);
            return CompletableFuture.completedFuture(Acknowledgement.nack(MISSING_MESSAGE_SECRET));
        }
        if (envelope.stanza().child("unavailable") != null) {
            tell(envelope, failure);
            return CompletableFuture.completedFuture(Acknowledgement.ACK);
        }
        return undecryptable(envelope, failure);
    }

    private CompletionStage<Acknowledgement> undecryptable(Envelope envelope, DecryptionFailedException failure) {
        tell(envelope, failure);
        return retries.ask(envelope, failure);
    }

    private void tell(Envelope envelope, DecryptionFailedException failure) {
        LOG.warn("Message {} of {} could not be decrypted: {}", envelope.id(), envelope.sender(), failure.reason());
        LOG.debug("Why it could not", failure);
        MessageKey key = keyOf(envelope, lids.canonical(envelope.chat()), lids::counterpart);
        events.publish(
                Events.MESSAGE_UNDECRYPTABLE, new MessageUndecryptable(key, envelope.timestamp(), failure.reason()));
    }

    private MessageKey keyOf(Envelope envelope, Jid chat, StoreTransaction transaction) {
        return keyOf(envelope, lids.canonical(chat, transaction), jid -> lids.counterpart(jid, transaction));
    }

    private static MessageKey keyOf(Envelope envelope, Jid chat, Function<Jid, Optional<Jid>> counterparts) {
        Jid remote = chat.withoutDevice();
        boolean direct = remote.isUser();
        Jid author = envelope.sender().withoutDevice();
        return new MessageKey(
                remote,
                envelope.fromMe(),
                envelope.id(),
                direct ? Optional.empty() : Optional.of(author),
                counterparts.apply(remote),
                direct ? Optional.empty() : counterparts.apply(author));
    }

    /** Both forms of a chat share a lane as far as the stanza tells; the store is not asked on the event loop. */
    private static Jid lane(Envelope envelope) {
        return envelope.chatAlt().filter(Jid::isLid).orElse(envelope.chat());
    }
}
