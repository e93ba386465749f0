package dev.waxwing.internal.message;

import static java.util.Objects.requireNonNull;

import dev.waxwing.error.ServerRefusedException;
import dev.waxwing.internal.binary.Node;
import dev.waxwing.internal.device.DeviceDirectory;
import dev.waxwing.internal.device.SessionBuilder;
import dev.waxwing.internal.signal.Ciphertext;
import dev.waxwing.internal.signal.Credentials;
import dev.waxwing.internal.signal.LidMappings;
import dev.waxwing.internal.signal.SignalSessions;
import dev.waxwing.model.Content;
import dev.waxwing.model.Jid;
import dev.waxwing.model.MessageKey;
import dev.waxwing.model.SentMessage;
import dev.waxwing.proto.e2e.Message;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The way out: content to acknowledged message, in the eight steps of {@code docs/message-flow.md}. Steps 1 and 2 run in the
 * caller's call, so that bad input is told there; 3 to 5 in the chat's lane; 6 to 8 on the event loop.
 */
public final class SendPipeline {

    private final Supplier<Credentials> own;
    private final LidMappings lids;
    private final DeviceDirectory devices;
    private final SessionBuilder sessionBuilder;
    private final SignalSessions sessions;
    private final Outbox outbox;
    private final OpenGate gate;
    private final AsyncLanes lanes;
    private final MessageTracer tracer;
    private final Executor executor;
    private final Clock clock;
    private final Duration patience;

    SendPipeline(
            Supplier<Credentials> own,
            LidMappings lids,
            DeviceDirectory devices,
            SessionBuilder sessionBuilder,
            SignalSessions sessions,
            Outbox outbox,
            OpenGate gate,
            MessageTracer tracer,
            Executor executor,
            Clock clock,
            Duration patience) {
        this.own = requireNonNull(own, "own");
        this.lids = requireNonNull(lids, "lids");
        this.devices = requireNonNull(devices, "devices");
        this.sessionBuilder = requireNonNull(sessionBuilder, "sessionBuilder");
        this.sessions = requireNonNull(sessions, "sessions");
        this.outbox = requireNonNull(outbox, "outbox");
        this.gate = requireNonNull(gate, "gate");
        this.lanes = new AsyncLanes(executor);
        this.tracer = requireNonNull(tracer, "tracer");
        this.executor = requireNonNull(executor, "executor");
        this.clock = requireNonNull(clock, "clock");
        this.patience = requireNonNull(patience, "patience");
    }

    /**
     * Sends a message.
     *
     * @param to a person, by phone number or LID
     * @param content what to send
     * @return completes when the server acknowledged the message; see {@code Socket.sendMessage}
     * @throws IllegalArgumentException if {@code to} is not a person
     * @throws IllegalStateException if this device is not linked
     */
    public CompletableFuture<SentMessage> send(Jid to, Content content) {
        if (!to.isUser()) {
            throw new IllegalArgumentException("to must be a person's address but was " + to);
        }
        Credentials self = own.get();
        Jid me = self.me().orElseThrow(() -> new IllegalStateException("this device is not linked to an account yet"));
        StepClock steps = new StepClock();
        Message message = ContentEncoder.encode(content, me);
        steps.ended("validate and build content");
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        Outgoing outgoing = new Outgoing(MessageIds.next(me, now), to.withoutDevice(), now, message);
        steps.ended("message id and timestamp");
        return lanes.submit(
                        outgoing.to(),
                        () -> gate.await(patience)
                                .thenComposeAsync(open -> commit(outgoing, self, steps), executor)
                                .thenApply(committed -> transmit(committed, steps)))
                .thenCompose(Function.identity());
    }

    private CompletableFuture<Committed> commit(Outgoing outgoing, Credentials self, StepClock steps) {
        Jid account = self.lid().or(self::me).orElseThrow().withoutDevice();
        return devices.devicesOf(List.of(outgoing.to(), account))
                .thenComposeAsync(
                        found -> {
                            List<Jid> targets = withoutThisDevice(found, self);
                            steps.ended("devices");
                            return sessionBuilder.ensureSessions(targets).thenApply(built -> targets);
                        },
                        executor)
                .thenApplyAsync(targets -> encrypt(outgoing, self, targets, steps), executor);
    }

    private CompletableFuture<SentMessage> transmit(Committed committed, StepClock steps) {
        tracer.awaitWire(committed.key.id(), steps);
        return outbox.transmit(committed.key, committed.createdAt, committed.stanza);
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

    /** Step 4, and step 5 in the same transaction since the outbox keeps the finished stanza. */
    private Committed encrypt(Outgoing outgoing, Credentials self, List<Jid> targets, StepClock steps) {
        Jid chat = lids.canonical(outgoing.to());
        Optional<Jid> other = lids.counterpart(chat);
        MessageKey key = new MessageKey(chat, true, outgoing.id(), Optional.empty(), other, Optional.empty());
        byte[] forRecipient = MessagePadding.pad(outgoing.message().toByteArray());
        byte[] forOwnDevices = MessagePadding.pad(
                OwnAccount.deviceSent(outgoing.message(), chat).toByteArray());
        StanzaKind kind = StanzaKind.of(outgoing.message());
        return sessions.inTransaction(targets, signal -> {
            List<Node> participants = new ArrayList<>();
            boolean opensSession = false;
            boolean reachesRecipient = OwnAccount.includes(self, chat);
            for (Jid device : targets) {
                if (!signal.hasSession(device)) {
                    continue;
                }
                boolean ownDevice = OwnAccount.includes(self, device);
                Ciphertext ciphertext = signal.encrypt(device, ownDevice ? forOwnDevices : forRecipient);
                opensSession |= ciphertext.type() == Ciphertext.Type.PKMSG;
                reachesRecipient |= !ownDevice;
                participants.add(MessageStanza.participant(device, ciphertext, kind));
            }
            if (!reachesRecipient) {
                throw new ServerRefusedException("message to " + outgoing.to(), 404, "no device to send to", null);
            }
            steps.ended("encrypt per device");
            Node stanza =
                    MessageStanza.toUser(key, kind, participants, opensSession ? self.account() : Optional.empty());
            steps.ended("node");
            Outbox.put(signal.store(), key, outgoing.timestamp(), stanza);
            SentMessages.put(signal.store(), key, outgoing.timestamp(), outgoing.message());
            return new Committed(key, outgoing.timestamp(), stanza);
        });
    }

    private record Committed(MessageKey key, Instant createdAt, Node stanza) {}
}
