package dev.waxwing.internal.message;

import static java.util.Objects.requireNonNull;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.waxwing.error.ConnectionLostException;
import dev.waxwing.internal.binary.Node;
import dev.waxwing.internal.device.SessionBuilder;
import dev.waxwing.internal.signal.Credentials;
import dev.waxwing.internal.signal.LidMappings;
import dev.waxwing.internal.stream.AccountThreads;
import dev.waxwing.internal.stream.StanzaStream;
import dev.waxwing.model.Jid;
import dev.waxwing.model.MessageKey;
import dev.waxwing.proto.e2e.Message;
import dev.waxwing.proto.e2e.PeerDataOperationRequestMessage;
import dev.waxwing.proto.e2e.PeerDataOperationRequestMessage.PlaceholderMessageResendRequest;
import dev.waxwing.proto.e2e.PeerDataOperationRequestResponseMessage.PeerDataOperationResult;
import dev.waxwing.proto.e2e.PeerDataOperationRequestType;
import dev.waxwing.proto.e2e.ProtocolMessage;
import dev.waxwing.proto.web.WebMessageInfo;
import dev.waxwing.store.AccountStore;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the account's own phone for messages that this device could not read: the last resort if their sender cannot send them again, and the only one for
 * those the server says this device may not have. Rules as peers Baileys and whatsmeow apply them: the sender gets some seconds first, each message is
 * asked for once, and only the phone's answer counts.
 *
 * <p>What waits to be asked for is in memory alone. It is lost with the process, unlike the sender's own retry, which the other side holds.
 */
final class PlaceholderRequests {

    private static final Logger LOG = LoggerFactory.getLogger(PlaceholderRequests.class);

    /** The phone does not look further back. */
    private static final Duration OLDEST = Duration.ofDays(14);

    private static final Duration REMEMBERED = Duration.ofHours(1);
    private static final int MOST_REMEMBERED = 10_000;
    private static final int MOST_WAITING = 1_000;
    private static final int MOST_AT_ONCE = 100;
    private static final int MOST_CONNECTIONS = 3;

    /** Kinds of unavailable messages that no peer asks for: this device is not meant to have them. */
    private static final Set<String> NEVER_FOR_COMPANIONS =
            Set.of("view_once_unavailable_fanout", "bot_unavailable_fanout", "hosted_unavailable_fanout");

    private final AccountStore store;
    private final Supplier<Credentials> own;
    private final LidMappings lids;
    private final SessionBuilder sessionBuilder;
    private final StanzaStream stream;
    private final AccountThreads threads;
    private final Clock clock;
    private final OpenGate gate;
    private final Duration sendTimeout;
    private final Duration delay;

    /** By message id, also those that wait: one request for each, and no answer for what was not asked. */
    private final Cache<String, Missing> asked = Caffeine.newBuilder()
            .expireAfterWrite(REMEMBERED)
            .maximumSize(MOST_REMEMBERED)
            .build();

    /** In the order in which they are due. Guards the fields below. */
    private final Deque<Due> waiting = new ArrayDeque<>();

    private boolean timerRuns;
    private boolean closed;

    /**
     * A message that could not be read.
     *
     * @param author who sent it, in every form known
     */
    private record Missing(
            MessageKey key,
            List<Jid> author,
            Instant timestamp,
            @Nullable String pushName,
            boolean offline) {}

    private record Due(Missing missing, long nanoTime) {}

    /**
     * @param sendTimeout how long a request waits for a connection; positive
     * @param delay how long the sender has before the phone is asked; positive
     */
    PlaceholderRequests(Messaging.Foundations on, OpenGate gate, Duration sendTimeout, Duration delay) {
        this.store = on.store();
        this.own = on.own();
        this.lids = on.lids();
        this.sessionBuilder = on.sessionBuilder();
        this.stream = on.stream();
        this.threads = on.threads();
        this.clock = on.clock();
        this.gate = requireNonNull(gate, "gate");
        this.sendTimeout = requireNonNull(sendTimeout, "sendTimeout");
        this.delay = requireNonNull(delay, "delay");
    }

    /** Notes a message that could not be read, to ask for it unless it comes meanwhile. Reads the store. */
    void failed(Envelope envelope, MessageKey key) {
        if (!isAskedFor(envelope)) {
            return;
        }
        Jid sender = lids.canonical(envelope.sender());
        List<Jid> author = Stream.concat(Stream.of(sender), lids.counterpart(sender).stream())
                .toList();
        Missing missing = new Missing(key, author, envelope.timestamp(), envelope.pushName(), envelope.isOffline());
        if (asked.asMap().putIfAbsent(envelope.id(), missing) != null) {
            return;
        }
        synchronized (waiting) {
            if (closed) {
                return;
            }
            if (waiting.size() >= MOST_WAITING) {
                LOG.warn("{} messages wait to be asked for; message {} is not", MOST_WAITING, envelope.id());
                return;
            }
            waiting.add(new Due(missing, System.nanoTime() + delay.toNanos()));
            if (timerRuns) {
                return;
            }
            timerRuns = true;
        }
        startTimer(delay);
    }

    private boolean isAskedFor(Envelope envelope) {
        Node unavailable = envelope.stanza().child("unavailable");
        String kind = unavailable == null ? null : unavailable.attr("type");
        return !envelope.isPeer()
                && !envelope.from().isBot()
                && (kind == null || !NEVER_FOR_COMPANIONS.contains(kind))
                && envelope.timestamp().isAfter(clock.instant().minus(OLDEST));
    }

    /** Nothing is asked for any more. */
    void close() {
        synchronized (waiting) {
            closed = true;
            waiting.clear();
        }
    }

    private void startTimer(Duration after) {
        try {
            threads.after(after, () -> {
                try {
                    threads.executor().execute(this::askForWhatIsDue);
                } catch (RejectedExecutionException e) {
                    close();
                }
            });
        } catch (RejectedExecutionException e) {
            close();
        }
    }

    private void askForWhatIsDue() {
        List<Missing> due = new ArrayList<>();
        long next = -1;
        synchronized (waiting) {
            long now = System.nanoTime();
            while (!waiting.isEmpty() && waiting.element().nanoTime() - now <= 0 && due.size() < MOST_AT_ONCE) {
                due.add(waiting.remove().missing());
            }
            if (waiting.isEmpty()) {
                timerRuns = false;
            } else {
                next = Math.max(0, waiting.element().nanoTime() - now);
            }
        }
        if (next >= 0) {
            startTimer(Duration.ofNanos(next));
        }
        if (!due.isEmpty()) {
            ask(due, 0, 1);
        }
    }

    /**
     * Asks as soon as there is a connection.
     *
     * @param lost the opening whose connection was lost over this, or 0
     */
    private void ask(List<Missing> due, int lost, int connection) {
        gate.await(lost, sendTimeout)
                .whenCompleteAsync(
                        (opening, never) -> {
                            if (never != null) {
                                givenUp(due, never);
                                return;
                            }
                            request(due).whenComplete((sent, failure) -> {
                                if (failure == null) {
                                    return;
                                }
                                if (Failures.unwrap(failure) instanceof ConnectionLostException
                                        && connection < MOST_CONNECTIONS) {
                                    ask(due, opening, connection + 1);
                                } else {
                                    givenUp(due, failure);
                                }
                            });
                        },
                        threads.executor());
    }

    private static void givenUp(List<Missing> due, Throwable failure) {
        LOG.warn("The phone could not be asked for {} messages", due.size(), Failures.unwrap(failure));
    }

    private CompletableFuture<Void> request(List<Missing> due) {
        List<Missing> missing = store.transact(tx -> due.stream()
                .filter(one -> !SeenMessages.contains(tx, one.key().id(), one.author()))
                .toList());
        Optional<Jid> phone = own.get().me().map(Jid::withoutDevice);
        if (missing.isEmpty() || phone.isEmpty()) {
            return CompletableFuture.completedFuture(null);
        }
        Jid device = lids.canonical(phone.get());
        return sessionBuilder
                .ensureSessions(List.of(device))
                .thenComposeAsync(built -> send(missing, phone.get(), device), threads.executor());
    }

    private CompletableFuture<Void> send(List<Missing> missing, Jid phone, Jid device) {
        byte[] padded =
                MessagePadding.pad(request(missing.stream().map(Missing::key)).toByteArray());
        Optional<Node> stanza = lids.inTransaction(List.of(device), peers -> {
            Jid filed = peers.canonical(device);
            return peers.signal().hasSession(filed)
                    ? Optional.of(MessageStanza.toOwnPhone(
                            MessageIds.next(phone, clock.instant()),
                            phone,
                            peers.signal().encrypt(filed, padded),
                            own.get()))
                    : Optional.empty();
        });
        if (stanza.isEmpty()) {
            LOG.warn("There is no session with the own phone; it is not asked for {} messages", missing.size());
            return CompletableFuture.completedFuture(null);
        }
        LOG.debug("The phone is asked for {} messages", missing.size());
        return stream.send(stanza.get());
    }

    private static Message request(Stream<MessageKey> keys) {
        PeerDataOperationRequestMessage.Builder request = PeerDataOperationRequestMessage.newBuilder()
                .setPeerDataOperationRequestType(PeerDataOperationRequestType.PLACEHOLDER_MESSAGE_RESEND);
        keys.forEach(key -> request.addPlaceholderMessageResendRequest(
                PlaceholderMessageResendRequest.newBuilder().setMessageKey(onTheWire(key))));
        return Message.newBuilder()
                .setProtocolMessage(ProtocolMessage.newBuilder()
                        .setType(ProtocolMessage.Type.PEER_DATA_OPERATION_REQUEST_MESSAGE)
                        .setPeerDataOperationRequestMessage(request))
                .build();
    }

    private static dev.waxwing.proto.common.MessageKey onTheWire(MessageKey key) {
        dev.waxwing.proto.common.MessageKey.Builder wire = dev.waxwing.proto.common.MessageKey.newBuilder()
                .setRemoteJID(key.remoteJid().toString())
                .setFromMe(key.fromMe())
                .setID(key.id());
        key.participant().ifPresent(author -> wire.setParticipant(author.toString()));
        return wire.build();
    }

    /**
     * Puts the messages of an answer into the inbox, if this is one; call in the transaction that opened it. A message that came meanwhile is not put
     * there twice.
     *
     * @param envelope the answer's
     * @param message what any message said
     */
    void answered(Envelope envelope, Message message, Inbox.Appender inbox) {
        ProtocolMessage protocol = message.getProtocolMessage();
        if (!protocol.hasPeerDataOperationRequestResponseMessage()) {
            return;
        }
        if (!envelope.fromMe() || envelope.sender().device() != 0) {
            LOG.warn("{} answers in place of the own phone; that is ignored", envelope.sender());
            return;
        }
        protocol.getPeerDataOperationRequestResponseMessage().getPeerDataOperationResultList().stream()
                .filter(PeerDataOperationResult::hasPlaceholderMessageResendResponse)
                .map(result -> result.getPlaceholderMessageResendResponse().getWebMessageInfoBytes())
                .filter(bytes -> !bytes.isEmpty())
                .forEach(bytes -> deliver(bytes, inbox));
    }

    private void deliver(ByteString bytes, Inbox.Appender inbox) {
        WebMessageInfo info;
        try {
            info = WebMessageInfo.parseFrom(bytes);
        } catch (InvalidProtocolBufferException e) {
            LOG.warn("The phone answered with {} bytes that are no message", bytes.size(), e);
            return;
        }
        String id = info.getKey().getID();
        Missing missing = asked.getIfPresent(id);
        if (missing == null || !isSame(missing, info.getKey())) {
            LOG.warn("The phone answered with message {}, which was not asked for", id);
            return;
        }
        ReceivedContent content = new ReceivedContent(missing.key().remoteJid(), info.getMessage());
        String pushName = info.hasPushName() ? info.getPushName() : missing.pushName();
        inbox.put(
                id,
                missing.author(),
                content.isForListeners()
                        ? Optional.of(Inbox.entry(
                                missing.key(), missing.timestamp(), pushName, missing.offline(), content.message()))
                        : Optional.empty());
    }

    /** Somebody else may have sent a message under the same id; that one must not appear under this author. */
    private boolean isSame(Missing missing, dev.waxwing.proto.common.MessageKey key) {
        if (missing.key().fromMe() || key.getFromMe()) {
            return missing.key().fromMe() == key.getFromMe();
        }
        try {
            Jid author = Jid.parse(key.getParticipant().isEmpty() ? key.getRemoteJID() : key.getParticipant());
            return missing.author().stream().anyMatch(author::sameUser);
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
