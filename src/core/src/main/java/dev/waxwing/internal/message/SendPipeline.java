package dev.waxwing.internal.message;

import static java.util.Objects.requireNonNull;

import dev.waxwing.error.ConnectionLostException;
import dev.waxwing.error.OutboxFullException;
import dev.waxwing.error.RequestTimeoutException;
import dev.waxwing.error.ServerRefusedException;
import dev.waxwing.error.StoreFailedException;
import dev.waxwing.internal.account.Credentials;
import dev.waxwing.internal.address.LidMappings;
import dev.waxwing.internal.address.PeerTransaction;
import dev.waxwing.internal.area.ConnectionGate;
import dev.waxwing.internal.binary.Node;
import dev.waxwing.internal.content.ContentEncoder;
import dev.waxwing.internal.content.DeviceSent;
import dev.waxwing.internal.content.MessageIds;
import dev.waxwing.internal.content.MessagePadding;
import dev.waxwing.internal.content.MessageStanza;
import dev.waxwing.internal.content.OwnAccount;
import dev.waxwing.internal.content.StanzaKind;
import dev.waxwing.internal.device.DeviceDirectory;
import dev.waxwing.internal.device.SessionBuilder;
import dev.waxwing.internal.message.SentMessages.Earlier;
import dev.waxwing.internal.signal.engine.Ciphertext;
import dev.waxwing.internal.threads.BatchLanes;
import dev.waxwing.internal.threads.Failures;
import dev.waxwing.internal.threads.LoopTimer;
import dev.waxwing.model.Content;
import dev.waxwing.model.Jid;
import dev.waxwing.model.MessageKey;
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
import java.util.function.Supplier;

/**
 * The way out: content to acknowledged message, in the eight steps of {@code docs/message-flow.md}. Steps 1 and 2 run in the
 * caller's call, so that bad input is told there; 3 to 5 in the chat's lane; 6 to 8 on the event loop.
 */
public final class SendPipeline {

    /** Messages to one chat that share a transaction; more would hold up the store's other users for long. */
    private static final int MOST_TOGETHER = 32;

    private final Supplier<Credentials> own;
    private final LidMappings lids;
    private final DeviceDirectory devices;
    private final SessionBuilder sessionBuilder;
    private final Outbox outbox;
    private final AccountStore store;
    private final ConnectionGate gate;
    private final BatchLanes<Jid, Submission> lanes;
    private final MessageTracer tracer;
    private final Executor executor;
    private final LoopTimer timer;
    private final Clock clock;
    private final SendPolicy policy;

    /** Messages that are not in the outbox yet. */
    private final AtomicInteger waiting = new AtomicInteger();

    SendPipeline(
            Supplier<Credentials> own,
            LidMappings lids,
            DeviceDirectory devices,
            SessionBuilder sessionBuilder,
            Outbox outbox,
            AccountStore store,
            ConnectionGate gate,
            MessageTracer tracer,
            Executor executor,
            LoopTimer timer,
            Clock clock,
            SendPolicy policy) {
        this.own = requireNonNull(own, "own");
        this.lids = requireNonNull(lids, "lids");
        this.devices = requireNonNull(devices, "devices");
        this.sessionBuilder = requireNonNull(sessionBuilder, "sessionBuilder");
        this.outbox = requireNonNull(outbox, "outbox");
        this.store = requireNonNull(store, "store");
        this.gate = requireNonNull(gate, "gate");
        this.lanes = new BatchLanes<>(executor, MOST_TOGETHER, this::sendAll, this::failed);
        this.tracer = requireNonNull(tracer, "tracer");
        this.executor = requireNonNull(executor, "executor");
        this.timer = requireNonNull(timer, "timer");
        this.clock = requireNonNull(clock, "clock");
        this.policy = requireNonNull(policy, "policy");
    }

    /**
     * Sends a message.
     *
     * @param to a person, by phone number or LID
     * @param content what to send
     * @param chosenId the id that the application chose, checked; empty for a new one
     * @return the message on its way
     * @throws IllegalArgumentException if {@code to} is not a person
     * @throws IllegalStateException if this device is not linked
     */
    public SendInProgress send(Jid to, Content content, Optional<String> chosenId) {
        if (!to.isUser()) {
            throw new IllegalArgumentException("to must be a person's address but was " + to);
        }
        Credentials self = own.get();
        Jid me = self.me().orElseThrow(() -> new IllegalStateException("this device is not linked to an account yet"));
        StepClock steps = new StepClock();
        Message message = ContentEncoder.encode(content, me);
        steps.ended("validate and build content");
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        String id = chosenId.orElseGet(() -> MessageIds.next(me, now));
        Outgoing outgoing = new Outgoing(id, to.withoutDevice(), now, message, chosenId.isPresent());
        steps.ended("message id and timestamp");
        Submission submission = new Submission(outgoing, steps, waiting);
        if (!outbox.hasRoom(waiting.incrementAndGet())) {
            submission.fail(new OutboxFullException(policy.outboxLimit()));
            return submission;
        }
        submission.endAfter(policy.sendTimeout(), timer, executor);
        lanes.submit(outgoing.to(), submission);
        return submission;
    }

    /** An executor that takes no more work is that of a socket that has ended: that is the reason to tell. */
    private void failed(Submission submission, Throwable failure) {
        Throwable reason = failure;
        if (failure instanceof RejectedExecutionException) {
            reason = gate.closed().<Throwable>map(closed -> closed).orElse(failure);
        }
        submission.fail(reason);
    }

    /** Steps 3 to 5 for messages to one person, which were waiting for each other; then they go out in their order. */
    private CompletionStage<?> sendAll(List<Submission> batch) {
        List<Submission> unsent =
                batch.stream().filter(submission -> !followEarlier(submission)).toList();
        return commitAfter(0, unsent).thenAccept(committed -> committed.forEach(this::transmit));
    }

    /** What was sent before needs no connection to be told of; it is looked for again in the transaction that would send it. */
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
        if (lids.canonical(earlier.key().remoteJid()).equals(lids.canonical(repeated.to()))) {
            submission.endWith(outbox.follow(earlier));
        } else {
            submission.fail(
                    new IllegalArgumentException("messageId " + repeated.id() + " was used for another chat before"));
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
                        opening -> commit(wanted, own.get()).exceptionallyCompose(failure -> {
                            Throwable reason = Failures.unwrap(failure);
                            if (reason instanceof ConnectionLostException) {
                                return commitAfter(opening, wanted);
                            }
                            // The server did not answer; until their time is up the messages may ask again.
                            return reason instanceof RequestTimeoutException
                                    ? commitAfter(0, wanted)
                                    : CompletableFuture.failedFuture(failure);
                        }),
                        executor);
    }

    private CompletableFuture<List<Committed>> commit(List<Submission> batch, Credentials self) {
        Jid to = batch.get(0).outgoing().to();
        Jid account = self.lid().or(self::me).orElseThrow().withoutDevice();
        return devices.devicesOf(List.of(to, account))
                .thenComposeAsync(
                        found -> {
                            List<Jid> targets = withoutThisDevice(found, self);
                            batch.forEach(submission -> submission.steps().ended("devices"));
                            return sessionBuilder.ensureSessions(targets).thenApply(built -> targets);
                        },
                        executor)
                .thenApplyAsync(targets -> encryptAll(batch, self, to, targets), executor);
    }

    private void transmit(Committed committed) {
        Submission submission = committed.submission();
        if (committed instanceof Stored stored) {
            tracer.awaitWire(stored.place.key().id(), submission.steps());
            // First, so that a message which the server has seen takes the room of one.
            submission.endWith(outbox.expect(stored.place));
            outbox.transmit(stored.place, stored.stanza);
        } else if (committed instanceof Repeated repeated) {
            follow(submission, repeated.earlier);
        }
    }

    private List<Jid> withoutThisDevice(List<Jid> found, Credentials self) {
        List<Jid> targets = new ArrayList<>();
        for (Jid device : found) {
            Jid address = lids.canonical(device);
            boolean thisDevice = self.me().filter(device::equals).isPresent()
                    || self.lid().filter(address::equals).isPresent();
            if (!thisDevice && !targets.contains(address)) {
                targets.add(address);
            }
        }
        return targets;
    }

    /** In one transaction; if that fails over one of them, each in its own, so that the others do not suffer for it. */
    private List<Committed> encryptAll(List<Submission> batch, Credentials self, Jid to, List<Jid> targets) {
        Jid chat = lids.canonical(to);
        Recipient recipient = new Recipient(self, chat, lids.counterpart(chat), targets);
        try {
            return encrypt(batch, recipient);
        } catch (StoreFailedException e) {
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
        List<Plaintext> plaintexts = batch.stream()
                .filter(Submission::claim)
                .map(submission -> plaintext(submission, recipient))
                .toList();
        return lids.inTransaction(recipient.devices, peers -> {
            // A LID that was learned since the devices were looked up has taken the sessions with it.
            List<Jid> reachable = recipient.devices.stream()
                    .map(peers::canonical)
                    .distinct()
                    .filter(peers::hasSession)
                    .toList();
            SentMessages.Writer kept = new SentMessages.Writer(peers.store());
            List<Committed> committed = new ArrayList<>(plaintexts.size());
            for (Plaintext plaintext : plaintexts) {
                Optional<Earlier> earlier = earlier(plaintext.submission.outgoing(), peers.store());
                committed.add(
                        earlier.isPresent()
                                ? new Repeated(plaintext.submission, earlier.get())
                                : encrypt(plaintext, recipient, reachable, peers, kept));
            }
            kept.finish();
            return committed;
        });
    }

    private static Plaintext plaintext(Submission submission, Recipient recipient) {
        Message message = submission.outgoing().message();
        return new Plaintext(
                submission,
                MessagePadding.pad(message.toByteArray()),
                MessagePadding.pad(DeviceSent.wrap(message, recipient.chat).toByteArray()));
    }

    /** Step 4, and step 5 in the same transaction since the outbox keeps the finished stanza. */
    private Committed encrypt(
            Plaintext plaintext,
            Recipient recipient,
            List<Jid> reachable,
            PeerTransaction peers,
            SentMessages.Writer kept) {
        Submission submission = plaintext.submission;
        Outgoing outgoing = submission.outgoing();
        Credentials self = recipient.self;
        MessageKey key = MessageKey.builder(recipient.chat, true, outgoing.id())
                .remoteJidAlt(recipient.otherForm.orElse(null))
                .build();
        StanzaKind kind = StanzaKind.of(outgoing.message());
        List<Node> participants = new ArrayList<>();
        boolean opensSession = false;
        boolean reachesRecipient = OwnAccount.includes(self, recipient.chat);
        for (Jid device : reachable) {
            boolean ownDevice = OwnAccount.includes(self, device);
            Ciphertext ciphertext = peers.encrypt(device, ownDevice ? plaintext.forOwnDevices : plaintext.forRecipient);
            opensSession |= ciphertext.type() == Ciphertext.Type.PKMSG;
            reachesRecipient |= !ownDevice;
            participants.add(MessageStanza.participant(device, ciphertext, kind));
        }
        if (!reachesRecipient) {
            throw new ServerRefusedException("message to " + outgoing.to(), 404, "no device to send to", null);
        }
        submission.steps().ended("encrypt per device");
        Node stanza = MessageStanza.toUser(key, kind, participants, opensSession ? self.account() : Optional.empty());
        submission.steps().ended("node");
        OutboxRows.Place place = outbox.put(peers.store(), key, outgoing.timestamp(), stanza, outgoing.idChosen());
        kept.put(key, outgoing.timestamp(), outgoing.message());
        return new Stored(submission, place, stanza);
    }

    /** Whom the messages of one transaction go to. */
    private record Recipient(Credentials self, Jid chat, Optional<Jid> otherForm, List<Jid> devices) {}

    private record Plaintext(Submission submission, byte[] forRecipient, byte[] forOwnDevices) {}

    /** What a transaction made of a message. */
    private sealed interface Committed {
        Submission submission();
    }

    /** It is in the outbox and goes out next. */
    private record Stored(Submission submission, OutboxRows.Place place, Node stanza) implements Committed {}

    /** It was there before: nothing was encrypted. */
    private record Repeated(Submission submission, Earlier earlier) implements Committed {}
}
