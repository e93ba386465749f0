package dev.waxwing.internal.retry;

import static java.util.Objects.requireNonNull;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.waxwing.error.DecryptionFailedException;
import dev.waxwing.error.DecryptionFailedException.Reason;
import dev.waxwing.error.ProtocolViolationException;
import dev.waxwing.internal.account.PreKey;
import dev.waxwing.internal.account.PublicIdentity;
import dev.waxwing.internal.account.Self;
import dev.waxwing.internal.address.CanonicalOrder;
import dev.waxwing.internal.address.LidMappings;
import dev.waxwing.internal.address.PeerTransaction;
import dev.waxwing.internal.area.Registrations;
import dev.waxwing.internal.binary.Node;
import dev.waxwing.internal.content.Audience;
import dev.waxwing.internal.content.ContentCodecs;
import dev.waxwing.internal.content.Envelope;
import dev.waxwing.internal.delivery.Deliveries;
import dev.waxwing.internal.delivery.MessagingParts;
import dev.waxwing.internal.device.DeviceDirectory;
import dev.waxwing.internal.device.SessionBuilder;
import dev.waxwing.internal.outbox.SentMessages;
import dev.waxwing.internal.outbox.SentMessages.Sent;
import dev.waxwing.internal.retry.RetryReceipt.Request;
import dev.waxwing.internal.stream.StanzaStream;
import dev.waxwing.internal.stream.routing.Acknowledgement;
import dev.waxwing.internal.threads.Failures;
import dev.waxwing.internal.threads.KeyedLanes;
import dev.waxwing.internal.threads.Lazy;
import dev.waxwing.internal.threads.LoopTimer;
import dev.waxwing.internal.threads.ThrottledLog;
import dev.waxwing.model.Jid;
import dev.waxwing.model.MessageKey;
import dev.waxwing.model.ReceiptType;
import dev.waxwing.proto.e2e.Message;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Heals messages that did not decrypt, in both directions. A message that we cannot open is asked for again; a message
 * that somebody else could not open is encrypted anew for exactly that device. Both are bounded for each message and
 * device. Rules as peers whatsmeow and whatsapp-rust apply them, save that no session is deleted: a new one is put in
 * front of it, so that what still decrypts goes on decrypting.
 */
public final class RetryManager {

    private static final Logger LOG = LoggerFactory.getLogger(RetryManager.class);
    private static final Duration REMEMBERED = Duration.ofHours(1);
    private static final int REMEMBERED_MESSAGES = 10_000;
    private static final Duration ARCHIVE_TIMEOUT = Duration.ofSeconds(30);

    /**
     * More messages that cannot be opened in an hour are a flood, and end acknowledged; the own phone may have some of
     * them.
     */
    static final int MOST_ASKED_OF_A_PERSON = 1_000;

    /** Requests that wait to be answered; the server brings those over a bound again. */
    private static final int MOST_WAITING_OF_A_PERSON = 1_000;

    private static final int MOST_WAITING = 10_000;

    /** At this count the session that fails is remembered; if it is still the same one later, it is replaced. */
    private static final int SUSPECT_COUNT = 2;

    /** Another copy through the same session would fail for the same reason. */
    private static final Set<Reason> NEEDS_NEW_SESSION =
            Set.of(Reason.NO_SESSION, Reason.INVALID_KEY_ID, Reason.INVALID_SESSION, Reason.DUPLICATE, Reason.UNKNOWN);

    private final Supplier<Self> self;
    private final Supplier<PublicIdentity> keys;
    private final ContentCodecs codecs;
    private final Deliveries deliveries;
    private final LidMappings lids;
    private final DeviceDirectory devices;
    private final SessionBuilder sessionBuilder;
    private final SentMessages sent;
    private final Function<MessageKey, CompletionStage<Optional<Message>>> getMessage;
    private final Duration ackTimeout;
    private final StanzaStream stream;
    private final Executor executor;
    private final LoopTimer timer;
    private final KeyedLanes work;
    private final CanonicalOrder order;
    private final ThrottledLog refusals;

    /** By person: what one person asks for is sent again in the order in which it was asked for. */
    private final KeyedLanes resends;

    private final GroupResends groupResends;
    private final Clock clock;
    private final int maxRetries;
    private final Lazy<HourlyBudget> budget;
    private final Lazy<ReservedKeys> reserved;
    private final AtomicBoolean pruned = new AtomicBoolean();
    private final Lazy<Cache<Attempt, Integer>> asked = new Lazy<>(this::counters);
    private final Lazy<Cache<Attempt, Integer>> answered = new Lazy<>(this::counters);
    private final Lazy<Cache<Attempt, byte[]>> suspects = new Lazy<>(this::counters);

    /**
     * Prepares asking and answering.
     *
     * @param parts what the account has
     * @param deliveries how messages reach their audience
     * @param sent what may be asked for
     * @param order hands requests to the lane of the person
     * @param ackTimeout how long a message that goes out anew waits for its ack before it goes out once more; positive
     * @param policy how far resending goes
     */
    public RetryManager(
            MessagingParts parts,
            Deliveries deliveries,
            SentMessages sent,
            CanonicalOrder order,
            Duration ackTimeout,
            RetryPolicy policy) {
        this.order = requireNonNull(order, "order");
        this.refusals = new ThrottledLog(LOG, parts.threads().timer());
        this.self = parts.self();
        this.keys = parts.keys();
        this.codecs = parts.codecs();
        this.deliveries = requireNonNull(deliveries, "deliveries");
        this.lids = parts.lids();
        this.devices = parts.devices();
        this.sessionBuilder = parts.sessionBuilder();
        this.stream = parts.stream();
        this.executor = parts.threads().executor();
        this.timer = parts.threads().timer();
        this.work = parts.threads().work();
        this.resends = new KeyedLanes(executor, MOST_WAITING_OF_A_PERSON, MOST_WAITING);
        this.sent = requireNonNull(sent, "sent");
        this.ackTimeout = requireNonNull(ackTimeout, "ackTimeout");
        this.groupResends = new GroupResends(parts);
        this.clock = parts.clock();
        this.getMessage = policy.getMessage();
        this.maxRetries = policy.maxRetries();
        this.budget = new Lazy<>(() -> new HourlyBudget("retries", MOST_ASKED_OF_A_PERSON, timer));
        this.reserved = new Lazy<>(() -> new ReservedKeys(parts.preKeys(), parts.clock(), timer));
    }

    /**
     * Asks the sender for a message again. Reads the store; not for the event loop.
     *
     * @param envelope the message's envelope
     * @param failure why it could not be read
     * @return completes with what the server is owed: the message counts as handled, since the sender has the request.
     *     Fails if the connection is lost before, and then the server brings the message again
     */
    public CompletionStage<Acknowledgement> ask(Envelope envelope, DecryptionFailedException failure) {
        Attempt attempt = new Attempt(envelope.id(), lids.canonical(envelope.sender()));
        int count = asked.get().asMap().merge(attempt, encryptedBefore(envelope) + 1, (before, first) -> before + 1);
        if (count > maxRetries) {
            refusals.warn(
                    attempt.device().person(),
                    "message " + envelope.id() + " could not be decrypted " + count
                            + " times; it is not asked for again");
            return acknowledged();
        }
        Jid person = attempt.device().person();
        if (!budget.get().spend(person)) {
            return acknowledged();
        }
        boolean newSession = count > 1 || NEEDS_NEW_SESSION.contains(failure.reason());
        PreKey key = newSession ? reserved.get().next(person) : null;
        return stream.send(RetryReceipt.ask(envelope, count, failure.reason(), keys.get(), key))
                .whenComplete((written, lost) -> {
                    if (lost != null) {
                        // Nobody was asked, and the message comes again: that must not use up its retries.
                        asked.get().asMap().computeIfPresent(attempt, (same, now) -> now - 1);
                    }
                })
                .thenApply(written -> Acknowledgement.ACK);
    }

    /** Drops keys that nobody used in time; once in each process. Call after a login, off the event loop. */
    public void opened() {
        if (pruned.compareAndSet(false, true)) {
            reserved.get().prune();
        }
    }

    /** How often the sender has encrypted this copy anew: after a restart our own count begins there. */
    private int encryptedBefore(Envelope envelope) {
        return envelope.stanza().children("enc").stream()
                .mapToInt(enc -> Math.max(0, Math.min(enc.intAttr("count", 0), maxRetries)))
                .max()
                .orElse(0);
    }

    /**
     * Takes the requests of others.
     *
     * @param on where to register
     */
    public void register(Registrations on) {
        on.receipt(ReceiptType.RETRY, this::requested);
    }

    /** In the lane of the person, behind the receipts that it sent before. */
    private CompletionStage<Acknowledgement> requested(Node receipt) {
        return order.handOn(receipt.requireJid("from").person(), work, () -> answer(receipt))
                .thenCompose(Function.identity());
    }

    /**
     * Answers a device that asks for a message again. Those of one person are answered in the order in which they came.
     * Reads the store; not for the event loop.
     *
     * @param receipt a {@code <receipt type="retry">}
     * @return completes with the ack when the server has the message anew, or when there is a reason not to send it;
     *     fails if the connection is lost before, and then the server brings the receipt again
     */
    private CompletableFuture<Acknowledgement> answer(Node receipt) {
        Request request = Request.parse(receipt);
        Jid device = lids.canonical(request.requester());
        Attempt attempt = new Attempt(request.id(), device);
        int times = answered.get().asMap().merge(attempt, 1, Integer::sum);
        if (request.count() > maxRetries || times > maxRetries) {
            refusals.warn(device.person(), "message " + request.id() + " is asked for too often; it is not sent again");
            return acknowledged();
        }
        return resends.submitStage(device.person(), () -> answer(request, device))
                .thenCompose(resent -> resent.acked)
                .whenComplete((answer, failure) -> {
                    if (failure != null && !(Failures.unwrap(failure) instanceof ProtocolViolationException)) {
                        // It comes again, and has not been answered yet.
                        answered.get().asMap().computeIfPresent(attempt, (same, now) -> now - 1);
                    }
                });
    }

    /** Completes when the message is on its way, so that the next one follows it; the server may not have it yet. */
    private CompletableFuture<Resent> answer(Request request, Jid device) {
        return find(request, device)
                .thenComposeAsync(found -> entitled(found, request, device), executor)
                .thenComposeAsync(
                        found -> found.map(message -> heal(message, request, device))
                                .orElseGet(RetryManager::notSent),
                        executor);
    }

    private CompletableFuture<Optional<Sent>> find(Request request, Jid device) {
        Optional<Sent> kept = sent.find(request.id());
        if (kept.isPresent()) {
            // Whoever learns the id of a message must not be able to ask for it: only its own two sides may.
            Jid chat = kept.get().key().remoteJid();
            boolean theirs = isOwn(device) || Audience.of(chat).hasSenderKeys() || isSamePerson(chat, device);
            if (!theirs) {
                return CompletableFuture.failedFuture(new ProtocolViolationException(
                        device + " asks for message " + request.id() + ", which went to somebody else"));
            }
            return CompletableFuture.completedFuture(kept);
        }
        Optional<MessageKey> key = keyOf(request, device);
        if (key.isEmpty()) {
            return CompletableFuture.completedFuture(Optional.empty());
        }
        return timer.within(ARCHIVE_TIMEOUT, executor, askArchive(key.get())).handle((message, failure) -> {
            if (failure != null) {
                LOG.warn("getMessage failed for message {}; it is not sent again", request.id(), failure);
                return Optional.empty();
            }
            if (message.isEmpty()) {
                refusals.warn(device.person(), "message " + request.id() + " is asked for and not known any more");
            }
            // What was sent since is kept here.
            return message.map(
                    content -> new Sent(key.get(), clock.instant().minus(SentMessages.KEPT), content, List.of()));
        });
    }

    /** Of messages to many nobody gets what did not go to them. */
    private CompletableFuture<Optional<Sent>> entitled(Optional<Sent> found, Request request, Jid device) {
        Jid chat = found.map(message -> message.key().remoteJid()).orElse(request.chat());
        if (chat == null || !Audience.of(chat).hasSenderKeys()) {
            return CompletableFuture.completedFuture(found);
        }
        if (found.isEmpty()) {
            groupResends.lostKey(chat, device);
            return CompletableFuture.completedFuture(found);
        }
        if (isOwn(device)) {
            return CompletableFuture.completedFuture(found);
        }
        return groupResends
                .mayHave(found.get(), device)
                .thenCompose(may -> may
                        ? CompletableFuture.completedFuture(found)
                        : CompletableFuture.failedFuture(new ProtocolViolationException(device + " asks for message "
                                + request.id() + " to " + chat + ", which did not go to it")));
    }

    private CompletableFuture<Optional<Message>> askArchive(MessageKey key) {
        try {
            return getMessage.apply(key).toCompletableFuture().copy();
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    /**
     * The message in the terms of the application; empty if an own device does not say which chat it means, or if it is
     * one that this version cannot send to.
     */
    private Optional<MessageKey> keyOf(Request request, Jid device) {
        return chatOf(request, device)
                .map(chat -> Audience.of(lids.canonical(chat.person())))
                .filter(audience -> deliveries.to(audience).isPresent())
                .map(audience -> audience.key(true, request.id(), null, lids::counterpart));
    }

    /** Only an own device may name another person's chat; whoever else asks means its own, or a group that it names. */
    private Optional<Jid> chatOf(Request request, Jid device) {
        Jid named = request.chat();
        boolean namesPerson = named == null || Audience.of(named) instanceof Audience.Person;
        return namesPerson && !isOwn(device) ? Optional.of(device) : Optional.ofNullable(named);
    }

    private CompletableFuture<Resent> heal(Sent message, Request request, Jid device) {
        SessionState sessionState = lids.inTransaction(List.of(device), peers -> sessionState(peers, request, device));
        return switch (sessionState) {
            case USABLE -> resend(message, request, device);
            case UNUSABLE -> renewed(message, request, device);
            case UNKNOWN_DEVICE ->
                isListed(device)
                        .thenComposeAsync(
                                listed -> {
                                    if (!listed) {
                                        return CompletableFuture.failedFuture(new ProtocolViolationException(device
                                                + " asks for message " + request.id()
                                                + " and is no device of that person"));
                                    }
                                    return request.keys().isPresent()
                                            ? resend(message, request, device)
                                            : renewed(message, request, device);
                                },
                                executor);
        };
    }

    /** What the session with a device that asks is good for. */
    private enum SessionState {
        /** There is a session that it can use, or it brings the keys for one. */
        USABLE,
        /** It is known, and cannot use the session there is. */
        UNUSABLE,
        /** It is not known to be a device of that person. */
        UNKNOWN_DEVICE
    }

    private SessionState sessionState(PeerTransaction peers, Request request, Jid device) {
        if (request.keys().isPresent()) {
            byte[] claimed = request.keys().get().identityKey();
            return peers.identity(device)
                            .filter(known -> Arrays.equals(known, claimed))
                            .isPresent()
                    ? SessionState.USABLE
                    : SessionState.UNKNOWN_DEVICE;
        }
        OptionalInt registered = peers.remoteRegistrationId(device);
        if (registered.isEmpty()) {
            return SessionState.UNKNOWN_DEVICE;
        }
        boolean reinstalled = request.registrationId() != null && request.registrationId() != registered.getAsInt();
        return reinstalled || request.lost() || isStillSuspect(peers, request, device)
                ? SessionState.UNUSABLE
                : SessionState.USABLE;
    }

    /** The same session failed before: another copy through it would fail too. */
    private boolean isStillSuspect(PeerTransaction peers, Request request, Jid device) {
        Optional<byte[]> current = peers.baseKey(device);
        if (current.isEmpty()) {
            return true;
        }
        Attempt attempt = new Attempt(request.id(), peers.canonical(device));
        if (request.count() == SUSPECT_COUNT) {
            suspects.get().put(attempt, current.get());
            return false;
        }
        byte[] before = suspects.get().getIfPresent(attempt);
        return request.count() > SUSPECT_COUNT && before != null && Arrays.equals(before, current.get());
    }

    private CompletableFuture<Boolean> isListed(Jid device) {
        devices.forget(device);
        return devices.devicesOf(List.of(device.person()))
                .thenApplyAsync(
                        listed -> listed.stream().map(lids::canonical).anyMatch(lids.canonical(device)::equals),
                        executor);
    }

    private CompletableFuture<Resent> renewed(Sent message, Request request, Jid device) {
        return sessionBuilder
                .renewSession(device)
                .thenComposeAsync(built -> resend(message, request, device), executor);
    }

    private CompletableFuture<Resent> resend(Sent message, Request request, Jid device) {
        Optional<Node> stanza = lids.inTransaction(List.of(device), peers -> {
            request.keys().ifPresent(keys -> peers.buildSession(device, keys));
            if (peers.hasSession(device)
                    && Audience.of(message.key().remoteJid()).hasSenderKeys()) {
                return Optional.of(groupResends.stanza(
                        message, device, request.requester(), request.count(), request.edit(), peers));
            }
            return peers.hasSession(device)
                    ? Optional.of(RetriedStanza.of(
                            message,
                            codecs.stanzaOf(message.message()),
                            request,
                            self.get().includes(request.requester()),
                            keys.get().deviceIdentity(),
                            plain -> peers.encrypt(device, plain)))
                    : Optional.empty();
        });
        if (stanza.isEmpty()) {
            if (Audience.of(message.key().remoteJid()).hasSenderKeys()) {
                groupResends.lostKey(message.key().remoteJid(), device);
            }
            LOG.warn("No session with {} could be made; message {} is not sent again", device, request.id());
            return notSent();
        }
        // The outbox has forgotten this message: until the server has this copy, the request for it is what keeps it
        // from being lost.
        return CompletableFuture.completedFuture(
                new Resent(stream.sendAwaitingAck(stanza.get(), ackTimeout).thenApply(ack -> Acknowledgement.ACK)));
    }

    private static CompletableFuture<Resent> notSent() {
        return CompletableFuture.completedFuture(new Resent(acknowledged()));
    }

    private boolean isOwn(Jid device) {
        return self.get().includes(device);
    }

    private boolean isSamePerson(Jid chat, Jid device) {
        return lids.canonical(chat).sameUser(lids.canonical(device));
    }

    private static CompletableFuture<Acknowledgement> acknowledged() {
        return CompletableFuture.completedFuture(Acknowledgement.ACK);
    }

    private <V> Cache<Attempt, V> counters() {
        return Caffeine.newBuilder()
                .ticker(timer::nanoTime)
                .expireAfterWrite(REMEMBERED)
                .maximumSize(REMEMBERED_MESSAGES)
                .executor(Runnable::run)
                .build();
    }

    /** A message on its way again, or one that is not sent; then completes what the server is owed for the request. */
    private record Resent(CompletableFuture<Acknowledgement> acked) {}

    /** One message and one device. */
    private record Attempt(String id, Jid device) {}
}
