package dev.waxwing.internal.message;

import static java.util.Objects.requireNonNull;

import dev.waxwing.error.ConnectionLostException;
import dev.waxwing.error.OutboxFullException;
import dev.waxwing.error.RequestTimeoutException;
import dev.waxwing.error.StoreFailedException;
import dev.waxwing.internal.account.Self;
import dev.waxwing.internal.address.CanonicalOrder;
import dev.waxwing.internal.address.LidMappings;
import dev.waxwing.internal.address.PeerTransaction;
import dev.waxwing.internal.area.ConnectionGate;
import dev.waxwing.internal.binary.Node;
import dev.waxwing.internal.content.Audience;
import dev.waxwing.internal.content.ContentCodecs;
import dev.waxwing.internal.content.Destination;
import dev.waxwing.internal.content.MessageIds;
import dev.waxwing.internal.content.Outbound;
import dev.waxwing.internal.content.Recipients;
import dev.waxwing.internal.delivery.ChatTimers;
import dev.waxwing.internal.delivery.Deliveries;
import dev.waxwing.internal.delivery.Delivery;
import dev.waxwing.internal.delivery.MessagingParts;
import dev.waxwing.internal.delivery.OutdatedAddresseesException;
import dev.waxwing.internal.outbox.Outbox;
import dev.waxwing.internal.outbox.OutboxRows;
import dev.waxwing.internal.outbox.SendPolicy;
import dev.waxwing.internal.outbox.SentMessages;
import dev.waxwing.internal.outbox.SentMessages.Earlier;
import dev.waxwing.internal.threads.Failures;
import dev.waxwing.internal.threads.KeyedLanes;
import dev.waxwing.internal.threads.LoopTimer;
import dev.waxwing.internal.trace.MessageTracer;
import dev.waxwing.internal.trace.PipelineTimes;
import dev.waxwing.model.Jid;
import dev.waxwing.model.MessageKey;
import dev.waxwing.model.SentMessage;
import dev.waxwing.model.content.Content;
import dev.waxwing.proto.e2e.Message;
import dev.waxwing.store.AccountStore;
import dev.waxwing.store.StoreTransaction;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The way out: content to acknowledged message, in the eight steps of {@code docs/message-flow.md}. Steps 1 and 2 run
 * in the caller's call, so that bad input is told there; 3 to 5 in the chat's lane; 6 to 8 on the event loop.
 */
public final class SendPipeline {

    /** Messages to one chat that share a transaction; more would hold up the store's other users for long. */
    private static final int MOST_TOGETHER = 32;

    /** How often it is looked up whom messages go to while that keeps changing. */
    private static final int MOST_ATTEMPTS = 10;

    /** How many bytes a message may have in its encoded form; each device gets a copy of its own in one frame. */
    static final int MAX_CONTENT_BYTES = 4 << 20;

    /** How many bytes a stanza may have: a frame holds 2^24 - 1 bytes less its tag, and the estimate is not exact. */
    private static final int MAX_STANZA_BYTES = 16_700_000;

    private final Supplier<Self> self;
    private final ContentCodecs codecs;
    private final LidMappings lids;
    private final Deliveries deliveries;
    private final ChatTimers timers;
    private final Outbox outbox;
    private final AccountStore store;
    private final ConnectionGate gate;
    private final KeyedLanes lanes;

    /** A person is in one lane, whichever form of the address the application uses. */
    private final CanonicalOrder order;

    private final KeyedLanes.Work<Submission> sending =
            KeyedLanes.Work.waiting(MOST_TOGETHER, this::sendAll, this::failed);
    private final MessageTracer tracer;
    private final Executor executor;
    private final Executor continuations;
    private final LoopTimer timer;
    private final Clock clock;
    private final SendPolicy policy;

    /** Messages that are not in the outbox yet. */
    private final AtomicInteger waiting = new AtomicInteger();

    /**
     * Puts the way out together.
     *
     * @param parts what the account has
     * @param deliveries how messages reach their audience
     * @param timers how long messages last in chats with people
     * @param outbox where messages wait for their ack
     * @param gate holds messages back while there is no connection
     * @param tracer notes the steps of messages
     * @param policy how long and how many messages wait
     */
    SendPipeline(
            MessagingParts parts,
            Deliveries deliveries,
            ChatTimers timers,
            Outbox outbox,
            ConnectionGate gate,
            MessageTracer tracer,
            SendPolicy policy) {
        this.self = parts.self();
        this.codecs = parts.codecs();
        this.lids = parts.lids();
        this.store = parts.store();
        this.executor = parts.threads().executor();
        this.continuations = parts.threads().continuations();
        this.timer = parts.threads().timer();
        this.clock = parts.clock();
        this.deliveries = requireNonNull(deliveries, "deliveries");
        this.timers = requireNonNull(timers, "timers");
        this.outbox = requireNonNull(outbox, "outbox");
        this.gate = requireNonNull(gate, "gate");
        this.tracer = requireNonNull(tracer, "tracer");
        this.policy = requireNonNull(policy, "policy");
        // Beside messages that are wanted, which are counted, lie those that were given up until their lane comes to
        // them.
        int mostInLanes = (int) Math.min(Integer.MAX_VALUE, 2L * policy.outboxLimit());
        this.lanes = new KeyedLanes(executor, mostInLanes, mostInLanes);
        this.order = new CanonicalOrder(lids, lanes::isBusy, executor);
    }

    /**
     * Sends a message.
     *
     * @param to a person, a group, the status or a broadcast list
     * @param content what to send
     * @param chosenId the id that the application chose, checked; null for a new one
     * @param recipients whom a status or a message to a broadcast list is for
     * @return the message on its way
     * @throws IllegalArgumentException if {@code to} is none of these, the recipients do not fit it, or the content is
     *     longer than can be sent
     * @throws IllegalStateException if this device is not linked
     */
    public SendInProgress send(Jid to, Content content, @Nullable String chosenId, Recipients recipients) {
        deliveries.require(Audience.of(to));
        Jid me = requireLinked();
        PipelineTimes steps = tracer.begin();
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        Message message = encode(to, content, me, now);
        Destination destination = Destination.of(to, message, recipients);
        steps.ended("validate and build content");
        String id = chosenId == null ? MessageIds.next(me, now) : chosenId;
        Outgoing outgoing = new Outgoing(id, destination, now, message, chosenId != null);
        steps.ended("message id and timestamp");
        Submission submission = new Submission(outgoing, steps, waiting);
        if (!outbox.hasRoom(waiting.incrementAndGet())) {
            submission.fail(new OutboxFullException(policy.outboxLimit()));
            return submission;
        }
        submission.endAfter(policy.sendTimeout(), timer, executor);
        order.handOn(destination.chat(), person -> lanes.submit(person, submission, sending));
        return submission;
    }

    /** Refuses, before anything else is done for it, what {@link #send} would refuse. */
    void requireSendable(Jid to, Content content) {
        encode(to, ContentCodecs.preview(content), requireLinked(), clock.instant());
    }

    /** The same, with those whom it is for. */
    void requireSendable(Jid to, Content content, Recipients recipients) {
        deliveries.require(Audience.of(to));
        Message message = encode(to, ContentCodecs.preview(content), requireLinked(), clock.instant());
        Destination.of(to, message, recipients);
    }

    /**
     * What becomes of a message that was stored under an id before. Reads the store.
     *
     * @return its acknowledgement, empty if there is no such message
     */
    Optional<CompletableFuture<SentMessage>> earlier(Jid to, String id) {
        return store.transact(transaction -> SentMessages.earlier(transaction, id))
                .map(message -> isChatOf(message, to)
                        ? outbox.follow(message)
                        : CompletableFuture.failedFuture(usedElsewhere(id)));
    }

    private boolean isChatOf(Earlier message, Jid chat) {
        return lids.canonical(message.key().remoteJid()).equals(lids.canonical(chat));
    }

    private static IllegalArgumentException usedElsewhere(String id) {
        return new IllegalArgumentException("messageId " + id + " was used for another chat before");
    }

    private Jid requireLinked() {
        return self.get()
                .me()
                .orElseThrow(() -> new IllegalStateException("this device is not linked to an account yet"));
    }

    private Message encode(Jid to, Content content, Jid me, Instant now) {
        Message message = codecs.encode(content, new Outbound(me, to, now));
        if (message.getSerializedSize() > MAX_CONTENT_BYTES) {
            throw new IllegalArgumentException("content must be at most " + MAX_CONTENT_BYTES
                    + " bytes when encoded but was " + message.getSerializedSize());
        }
        return message;
    }

    /** Before it is stored: what does not fit into a frame could never be sent. */
    private static void requireSendable(Outgoing outgoing, Node stanza, int devices) {
        if (stanza.likelyBytes() > MAX_STANZA_BYTES) {
            throw new IllegalArgumentException(
                    "content of " + outgoing.message().getSerializedSize()
                            + " bytes for " + devices + " devices does not fit into one frame of " + MAX_STANZA_BYTES
                            + " bytes");
        }
    }

    /**
     * It was refused because the socket has ended, which is the reason to tell, or because too many messages lie in
     * the lanes.
     */
    private void failed(Submission submission, Throwable failure) {
        Throwable reason = failure;
        if (failure instanceof RejectedExecutionException) {
            reason = gate.closed()
                    .<Throwable>map(closed -> closed)
                    .orElseGet(() -> new OutboxFullException(policy.outboxLimit()));
        }
        submission.fail(reason);
    }

    /**
     * A pair may have changed while messages waited: then number and LID are two people's, and neither gets the
     * other's.
     */
    private CompletionStage<?> sendAll(List<Submission> batch) {
        CompletionStage<?> sent = null;
        for (int from = 0, to; from < batch.size(); from = to) {
            Destination destination = batch.get(from).outgoing().to();
            to = from + 1;
            while (to < batch.size()
                    && isSame(destination, batch.get(to).outgoing().to())) {
                to++;
            }
            List<Submission> same = batch.subList(from, to);
            sent = sent == null ? sendToOne(same) : sent.thenComposeAsync(before -> sendToOne(same), continuations);
        }
        return sent == null ? CompletableFuture.completedFuture(null) : sent;
    }

    private boolean isSame(Destination one, Destination other) {
        return one.people().equals(other.people())
                && one.setting().equals(other.setting())
                && one.sameAs().equals(other.sameAs())
                && one.pairwise() == other.pairwise()
                && lids.canonical(one.chat()).equals(lids.canonical(other.chat()));
    }

    /** Steps 3 to 5 for messages to one person, which were waiting for each other; then they go out in their order. */
    private CompletionStage<?> sendToOne(List<Submission> batch) {
        List<Submission> unsent =
                batch.stream().filter(submission -> !followEarlier(submission)).toList();
        return commitAfter(0, unsent).thenAccept(committed -> committed.forEach(this::transmit));
    }

    /**
     * What was sent before needs no connection to be told of; it is looked for again in the transaction that would send
     * it.
     */
    private boolean followEarlier(Submission submission) {
        if (!submission.outgoing().idChosen()) {
            return false;
        }
        Optional<Earlier> earlier;
        try {
            earlier = store.transact(tx -> earlier(submission.outgoing(), tx));
        } catch (RuntimeException e) {
            submission.fail(e);
            return true;
        }
        earlier.ifPresent(message -> follow(submission, message));
        return earlier.isPresent();
    }

    private static Optional<Earlier> earlier(Outgoing outgoing, StoreTransaction transaction) {
        return outgoing.idChosen() ? SentMessages.earlier(transaction, outgoing.id()) : Optional.empty();
    }

    private void follow(Submission submission, Earlier earlier) {
        Outgoing repeated = submission.outgoing();
        if (isChatOf(earlier, repeated.to().chat())) {
            submission.endWith(outbox.follow(earlier));
        } else {
            submission.fail(usedElsewhere(repeated.id()));
        }
    }

    /** Commits on a connection later than one that was lost before everything needed could be asked from the server. */
    private CompletableFuture<List<Committed>> commitAfter(int lost, List<Submission> batch) {
        List<Submission> wanted = batch.stream().filter(Submission::isWanted).toList();
        if (wanted.isEmpty()) {
            return CompletableFuture.completedFuture(List.of());
        }
        return gate.await(lost, policy.sendTimeout())
                .thenComposeAsync(
                        opening -> commit(wanted, self.get(), 1).exceptionallyCompose(failure -> {
                            Throwable reason = Failures.unwrap(failure);
                            if (reason instanceof ConnectionLostException) {
                                return commitAfter(opening, wanted);
                            }
                            // The server did not answer; until their time is up the messages may ask again.
                            return reason instanceof RequestTimeoutException
                                    ? commitAfter(0, wanted)
                                    : CompletableFuture.failedFuture(failure);
                        }),
                        continuations);
    }

    private CompletableFuture<List<Committed>> commit(List<Submission> batch, Self self, int attempt) {
        Destination to = batch.get(0).outgoing().to();
        return deliveries
                .require(Audience.of(to.chat()))
                .addressees(
                        to,
                        self,
                        () -> batch.forEach(submission -> submission.steps().ended("devices")))
                .thenApplyAsync(addressees -> encryptAll(batch, to.chat(), addressees), continuations)
                .toCompletableFuture()
                .exceptionallyCompose(failure ->
                        Failures.unwrap(failure) instanceof OutdatedAddresseesException && attempt < MOST_ATTEMPTS
                                ? CompletableFuture.supplyAsync(() -> commit(batch, self, attempt + 1), executor)
                                        .thenCompose(Function.identity())
                                : CompletableFuture.failedFuture(failure));
    }

    private void transmit(Committed committed) {
        Submission submission = committed.submission();
        if (committed instanceof Stored stored) {
            tracer.awaitWire(stored.queued.key().id(), submission.steps());
            // Before it is written: once the server has it, it must not be counted twice, here and in the outbox.
            submission.endWith(outbox.acknowledgement(stored.queued));
            outbox.transmit(stored.queued, stored.stanza);
        } else if (committed instanceof Repeated repeated) {
            follow(submission, repeated.earlier);
        }
    }

    /** In one transaction; if that fails over one of them, each in its own, so that the others do not suffer for it. */
    private List<Committed> encryptAll(List<Submission> batch, Jid to, Delivery.Addressees addressees) {
        Audience audience = Audience.of(lids.canonical(to));
        Recipient recipient = new Recipient(audience, lids.counterpart(audience.address()), addressees);
        try {
            return encrypt(batch, recipient);
        } catch (StoreFailedException | OutdatedAddresseesException e) {
            throw e;
        } catch (RuntimeException e) {
            if (batch.size() == 1) {
                throw e;
            }
        }
        List<Committed> committed = new ArrayList<>(batch.size());
        for (Submission submission : batch) {
            try {
                committed.addAll(encrypt(List.of(submission), recipient));
            } catch (RuntimeException e) {
                submission.fail(e);
            }
        }
        return committed;
    }

    private List<Committed> encrypt(List<Submission> batch, Recipient recipient) {
        List<Claimed> claimed = batch.stream()
                .filter(Submission::claim)
                .map(submission -> claimed(submission, recipient))
                .toList();
        List<Jid> devices = recipient.addressees.devices();
        return lids.inTransaction(devices, peers -> {
            // A LID that was learned since the devices were looked up has taken the sessions with it.
            List<Jid> reachable = devices.stream()
                    .map(peers::canonical)
                    .distinct()
                    .filter(peers::hasSession)
                    .toList();
            SentMessages.Writer kept = new SentMessages.Writer(peers.store());
            List<Committed> committed = new ArrayList<>(claimed.size());
            for (Claimed message : claimed) {
                Optional<Earlier> earlier = earlier(message.submission.outgoing(), peers.store());
                committed.add(
                        earlier.isPresent()
                                ? new Repeated(message.submission, earlier.get())
                                : encrypt(message, recipient, reachable, peers, kept));
            }
            kept.finish();
            return committed;
        });
    }

    private Claimed claimed(Submission submission, Recipient recipient) {
        Outgoing outgoing = submission.outgoing();
        // Looked up once for all messages of the transaction.
        Function<Jid, Optional<Jid>> otherForms =
                jid -> jid.equals(recipient.audience.address()) ? recipient.otherForm : lids.counterpart(jid);
        MessageKey key = recipient.audience.key(true, outgoing.id(), null, otherForms);
        Message message = recipient.audience instanceof Audience.Person
                ? timers.applied(key.remoteJid(), outgoing.message())
                : outgoing.message();
        return new Claimed(
                submission,
                key,
                recipient.addressees.prepare(key, outgoing.timestamp(), message, codecs.stanzaOf(message)));
    }

    private Committed encrypt(
            Claimed message,
            Recipient recipient,
            List<Jid> reachable,
            PeerTransaction peers,
            SentMessages.Writer kept) {
        Submission submission = message.submission;
        Outgoing outgoing = submission.outgoing();
        Node stanza =
                message.prepared.seal(reachable, peers, () -> submission.steps().ended("encrypt per device"));
        requireSendable(outgoing, stanza, reachable.size());
        submission.steps().ended("node");
        OutboxRows.QueuedMessage queued =
                outbox.put(peers.store(), message.key, outgoing.timestamp(), stanza, outgoing.idChosen());
        kept.put(message.key, outgoing.timestamp(), message.prepared.message(), recipient.addressees.recipients());
        if (Audience.of(message.key.remoteJid()) instanceof Audience.Person) {
            timers.sent(peers.store(), message.key.remoteJid(), outgoing.message(), outgoing.timestamp());
        }
        return new Stored(submission, queued, stanza);
    }

    /** Whom the messages of one transaction go to. */
    private record Recipient(Audience audience, Optional<Jid> otherForm, Delivery.Addressees addressees) {}

    /** A message that can no longer be taken back. */
    private record Claimed(Submission submission, MessageKey key, Delivery.Prepared prepared) {}

    /** What a transaction made of a message. */
    private sealed interface Committed {
        Submission submission();
    }

    /** It is in the outbox and goes out next. */
    private record Stored(Submission submission, OutboxRows.QueuedMessage queued, Node stanza) implements Committed {}

    /** It was there before: nothing was encrypted. */
    private record Repeated(Submission submission, Earlier earlier) implements Committed {}
}
