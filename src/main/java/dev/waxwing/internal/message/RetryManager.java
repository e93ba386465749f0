package dev.waxwing.internal.message;

import static java.util.Objects.requireNonNull;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.waxwing.error.DecryptionFailedException;
import dev.waxwing.error.DecryptionFailedException.Reason;
import dev.waxwing.internal.binary.Node;
import dev.waxwing.internal.device.DeviceDirectory;
import dev.waxwing.internal.device.KeyBundles;
import dev.waxwing.internal.device.SessionBuilder;
import dev.waxwing.internal.message.SentMessages.Sent;
import dev.waxwing.internal.signal.Credentials;
import dev.waxwing.internal.signal.LidMappings;
import dev.waxwing.internal.signal.PreKeyBundle;
import dev.waxwing.internal.signal.PreKeys;
import dev.waxwing.internal.signal.SignalSessions;
import dev.waxwing.internal.signal.SignalTransaction;
import dev.waxwing.internal.stream.Acknowledgement;
import dev.waxwing.internal.stream.StanzaStream;
import dev.waxwing.model.Jid;
import dev.waxwing.model.MessageKey;
import dev.waxwing.proto.e2e.Message;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Heals messages that did not decrypt, in both directions. A message that we cannot open is asked for again; a message that
 * somebody else could not open is encrypted anew for exactly that device. Both are bounded for each message and device. Rules as
 * peers whatsmeow and whatsapp-rust apply them.
 */
final class RetryManager {

    private static final Logger LOG = LoggerFactory.getLogger(RetryManager.class);
    private static final Duration REMEMBERED = Duration.ofHours(1);
    private static final int REMEMBERED_MESSAGES = 10_000;

    /** At this count the session that fails is remembered; if it is still the same one later, it is given up. */
    private static final int SUSPECT_COUNT = 2;

    private final Supplier<Credentials> own;
    private final LidMappings lids;
    private final SignalSessions sessions;
    private final PreKeys preKeys;
    private final DeviceDirectory devices;
    private final SessionBuilder sessionBuilder;
    private final SentMessages sent;
    private final Function<MessageKey, CompletionStage<Optional<Message>>> getMessage;
    private final StanzaStream stream;
    private final Executor executor;
    private final int maxRetries;
    private final Cache<Attempt, Integer> asked = counters();
    private final Cache<Attempt, Integer> answered = counters();
    private final Cache<Attempt, byte[]> suspects = counters();

    RetryManager(Messaging.Foundations on, SentMessages sent, RetryPolicy policy) {
        this.own = on.own();
        this.lids = on.lids();
        this.sessions = on.sessions();
        this.preKeys = on.preKeys();
        this.devices = on.devices();
        this.sessionBuilder = on.sessionBuilder();
        this.stream = on.stream();
        this.executor = on.threads().executor();
        this.sent = requireNonNull(sent, "sent");
        this.getMessage = policy.getMessage();
        this.maxRetries = policy.maxRetries();
    }

    /**
     * Asks the sender for a message again. Reads the store; not for the event loop.
     *
     * @return completes with what the server is owed: the message counts as handled, since the sender has the request
     */
    CompletionStage<Acknowledgement> ask(Envelope envelope, DecryptionFailedException failure) {
        Attempt attempt = new Attempt(envelope.id(), envelope.sender());
        int count = asked.asMap().merge(attempt, encryptedBefore(envelope) + 1, (before, first) -> before + 1);
        if (count > maxRetries) {
            LOG.warn("Message {} could not be decrypted {} times; it is not asked for again", envelope.id(), count);
            return CompletableFuture.completedFuture(Acknowledgement.ACK);
        }
        boolean newSession = count > 1 || needsNewSession(failure.reason());
        Optional<PreKeys.PreKey> key = newSession ? Optional.of(preKeys.reserve()) : Optional.empty();
        return stream.send(RetryReceipt.ask(envelope, count, failure.reason(), own.get(), key))
                .thenApply(written -> Acknowledgement.ACK);
    }

    /** How often the sender has encrypted this copy anew: after a restart our own count begins there. */
    private static int encryptedBefore(Envelope envelope) {
        return envelope.stanza().children("enc").stream()
                .mapToInt(enc -> enc.intAttr("count", 0))
                .max()
                .orElse(0);
    }

    private static boolean needsNewSession(Reason reason) {
        return reason == Reason.NO_SESSION || reason == Reason.INVALID_KEY_ID || reason == Reason.UNKNOWN;
    }

    /**
     * Answers a device that asks for a message again.
     *
     * @param receipt a {@code <receipt type="retry">}
     * @return completes with the ack when the message was sent anew, or when there is a reason not to; fails if the connection is
     *     lost before, and then the server brings the receipt again
     */
    CompletableFuture<Acknowledgement> answer(Node receipt) {
        RetryReceipt.Request request = RetryReceipt.Request.parse(receipt);
        Jid device = lids.canonical(request.requester());
        Attempt attempt = new Attempt(request.id(), device);
        int times = answered.asMap().merge(attempt, 1, Integer::sum);
        if (request.count() > maxRetries || times > maxRetries) {
            LOG.warn("{} asks for message {} too often; it is not sent again", device, request.id());
            return CompletableFuture.completedFuture(Acknowledgement.ACK);
        }
        return find(request, device)
                .thenComposeAsync(
                        found -> {
                            if (found.isEmpty()) {
                                LOG.warn("{} asks for message {}, which is not known any more", device, request.id());
                                return CompletableFuture.completedFuture(Acknowledgement.ACK);
                            }
                            return repairSession(receipt, request, device)
                                    .thenComposeAsync(
                                            known -> known ? resend(found.get(), device, request) : acknowledged(),
                                            executor);
                        },
                        executor);
    }

    private CompletableFuture<Optional<Sent>> find(RetryReceipt.Request request, Jid device) {
        Optional<Sent> kept = sent.find(request.id());
        if (kept.isPresent()) {
            return CompletableFuture.completedFuture(kept);
        }
        MessageKey key = MessageKey.of(device.withoutDevice(), true, request.id());
        return getMessage
                .apply(key)
                .thenApply(message -> message.map(content -> new Sent(key, content)))
                .toCompletableFuture();
    }

    /**
     * Leaves a session that the requester can use.
     *
     * @return false if the requester is not a device of that person
     */
    private CompletableFuture<Boolean> repairSession(Node receipt, RetryReceipt.Request request, Jid device) {
        Optional<PreKeyBundle> fresh = KeyBundles.inRetry(receipt);
        if (fresh.isPresent()) {
            sessions.inTransaction(List.of(device), signal -> {
                signal.buildSession(device, fresh.get());
                return true;
            });
            return CompletableFuture.completedFuture(true);
        }
        boolean usable = sessions.inTransaction(List.of(device), signal -> keepIfUsable(signal, request, device));
        if (usable) {
            return CompletableFuture.completedFuture(true);
        }
        devices.forget(device);
        return devices.devicesOf(List.of(device.withoutDevice()))
                .thenComposeAsync(
                        listed -> listed.stream().map(lids::canonical).anyMatch(device::equals)
                                ? sessionBuilder.ensureSessions(List.of(device)).thenApply(built -> true)
                                : CompletableFuture.completedFuture(false),
                        executor);
    }

    private boolean keepIfUsable(SignalTransaction signal, RetryReceipt.Request request, Jid device) {
        OptionalInt registered = signal.remoteRegistrationId(device);
        if (registered.isEmpty()) {
            return false;
        }
        boolean reinstalled = request.registrationId() != null && request.registrationId() != registered.getAsInt();
        if (reinstalled || isStillSuspect(signal, request, device)) {
            signal.deleteSession(device);
            return false;
        }
        return true;
    }

    /** The same session failed before: another copy through it would fail too. */
    private boolean isStillSuspect(SignalTransaction signal, RetryReceipt.Request request, Jid device) {
        Optional<byte[]> current = signal.baseKey(device);
        if (current.isEmpty()) {
            return true;
        }
        Attempt attempt = new Attempt(request.id(), device);
        if (request.count() == SUSPECT_COUNT) {
            suspects.put(attempt, current.get());
            return false;
        }
        byte[] before = suspects.getIfPresent(attempt);
        return request.count() > SUSPECT_COUNT && before != null && Arrays.equals(before, current.get());
    }

    private CompletableFuture<Acknowledgement> resend(Sent message, Jid device, RetryReceipt.Request request) {
        Credentials self = own.get();
        Node stanza = sessions.inTransaction(List.of(device), signal -> {
            if (!signal.hasSession(device)) {
                return null;
            }
            return RetriedStanza.of(message, device, request.count(), self, plain -> signal.encrypt(device, plain));
        });
        if (stanza == null) {
            LOG.warn("No session with {} could be made; message {} is not sent again", device, request.id());
            return acknowledged();
        }
        return stream.send(stanza).thenApply(written -> Acknowledgement.ACK);
    }

    private static CompletableFuture<Acknowledgement> acknowledged() {
        return CompletableFuture.completedFuture(Acknowledgement.ACK);
    }

    private static <V> Cache<Attempt, V> counters() {
        return Caffeine.newBuilder()
                .expireAfterWrite(REMEMBERED)
                .maximumSize(REMEMBERED_MESSAGES)
                .build();
    }

    /** One message and one device. */
    private record Attempt(String id, Jid device) {}
}
