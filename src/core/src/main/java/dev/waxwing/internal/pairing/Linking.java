package dev.waxwing.internal.pairing;

import static java.util.Objects.requireNonNull;

import dev.waxwing.error.ConnectionLostException;
import dev.waxwing.error.PairingFailedException;
import dev.waxwing.error.WaxwingException;
import dev.waxwing.internal.account.Credentials;
import dev.waxwing.internal.account.CredentialsStore;
import dev.waxwing.internal.account.Self;
import dev.waxwing.internal.area.Area;
import dev.waxwing.internal.area.Registrations;
import dev.waxwing.internal.binary.Node;
import dev.waxwing.internal.signal.SignalSessions;
import dev.waxwing.internal.stream.StanzaStream;
import dev.waxwing.internal.stream.routing.Acknowledgement;
import dev.waxwing.internal.threads.AccountThreads;
import dev.waxwing.internal.threads.Cancellable;
import dev.waxwing.internal.threads.Failures;
import dev.waxwing.model.LinkRequest;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Linking by QR code or by pairing code. The server gives references, each good for a while; every one becomes a QR code
 * to show, and a pairing code may be asked for beside them. When a phone has scanned the one or been given the other,
 * the server brings the phone's signed proof; it is verified, put to the application, stored and answered, and the
 * server then asks to connect again as the linked device.
 */
public final class Linking implements Area {

    /** Told how linking goes. Called on the event loop or the account's executor; must not block. */
    public interface Listener {

        /**
         * A code is to be shown, in place of the one before.
         *
         * @param qr the code's text
         */
        void qr(String qr);

        /**
         * This device now belongs to an account. The credentials are stored.
         *
         * @param credentials the credentials
         */
        void linked(Credentials credentials);

        /**
         * Linking failed and the connection is to be ended.
         *
         * @param reason why
         */
        void failed(WaxwingException reason);

        /** This device is linked, and the server has not asked it to connect anew as it should have. */
        void restartMissing();
    }

    /** How long the server may take to ask for the new connection. It does so at once; one peer's server never does. */
    static final Duration RESTART_PATIENCE = Duration.ofSeconds(5);

    /** How long the application may take to decide whether to be linked. */
    static final Duration DECISION_PATIENCE = Duration.ofSeconds(30);

    private final StanzaStream stream;
    private final CredentialsStore credentials;
    private final Supplier<Self> self;
    private final SignalSessions sessions;
    private final AccountThreads threads;
    private final LinkingPolicy policy;
    private final Listener listener;
    private final QrCodes qrCodes;
    private final CodeLinking codes;
    private @Nullable Cancellable restart;

    /** Changes when the connection is lost; what began on another one is not stored. */
    private final AtomicInteger connection = new AtomicInteger();

    /**
     * Creates one for an account.
     *
     * @param stream where answers are sent
     * @param credentials this device's own keys
     * @param self who the account is now
     * @param sessions learns the phone's identity key
     * @param threads the account's threads
     * @param policy what the codes say, how long they are good for, and who may link this device
     * @param listener told how it goes
     */
    public Linking(
            StanzaStream stream,
            CredentialsStore credentials,
            Supplier<Self> self,
            SignalSessions sessions,
            AccountThreads threads,
            LinkingPolicy policy,
            Listener listener) {
        this.stream = requireNonNull(stream, "stream");
        this.credentials = requireNonNull(credentials, "credentials");
        this.self = requireNonNull(self, "self");
        this.sessions = requireNonNull(sessions, "sessions");
        this.threads = requireNonNull(threads, "threads");
        this.policy = requireNonNull(policy, "policy");
        this.listener = requireNonNull(listener, "listener");
        qrCodes = new QrCodes(threads, policy, listener::qr, this::qrCodesExhausted);
        codes = new CodeLinking(stream, credentials, threads, policy, qrCodes::stop, this::codeIsVoid);
    }

    @Override
    public void register(Registrations on) {
        on.iq("md", "pair-device", this::offered);
        on.iq("md", "pair-success", this::proven);
        on.stanza("notification", "link_code_companion_reg", null, codes::phoneAnswered);
    }

    /**
     * Asks for a pairing code. Any thread.
     *
     * @param phoneNumber whose phone is to link this device: 7 to 15 digits, the country code first
     * @param code the code, 8 characters of its alphabet, upper or lower case; null for a random one
     * @return completes with the code, upper case, when a phone may be given it; not for the application yet
     * @throws IllegalArgumentException if phone number or code are not such
     * @throws IllegalStateException if this device is linked
     */
    public CompletableFuture<String> requestPairingCode(String phoneNumber, @Nullable String code) {
        PairingCode checked = code == null ? PairingCode.random(phoneNumber) : new PairingCode(phoneNumber, code);
        if (self.get().me().isPresent()) {
            throw new IllegalStateException("this device is linked already; log out first");
        }
        return codes.request(checked);
    }

    @Override
    public void interrupted() {
        connection.incrementAndGet();
        codes.interrupted();
        stop();
    }

    @Override
    public CompletionStage<Void> ended(WaxwingException reason) {
        connection.incrementAndGet();
        codes.ended(reason);
        stop();
        return CompletableFuture.completedFuture(null);
    }

    /** Shows no further QR codes, and waits no more for the server to ask for a new connection. On the event loop. */
    private void stop() {
        qrCodes.stop();
        if (restart != null) {
            restart.cancel();
            restart = null;
        }
    }

    private CompletionStage<Acknowledgement> offered(Node iq) {
        stop();
        qrCodes.offered(iq.requireChild("pair-device").children("ref").stream()
                .map(Node::text)
                .filter(Objects::nonNull)
                .toList());
        return CompletableFuture.supplyAsync(credentials::loadOrCreate, threads.executor())
                .thenApplyAsync(
                        own -> {
                            qrCodes.start(own);
                            codes.ready();
                            return Acknowledgement.ACK;
                        },
                        threads::onLoop);
    }

    private void qrCodesExhausted() {
        if (!codes.isUnderWay()) {
            listener.failed(new PairingFailedException("every QR code expired before a phone scanned one"));
        }
    }

    /** The other way to be linked may still be open. */
    private void codeIsVoid(WaxwingException reason) {
        if (!qrCodes.isShowing()) {
            listener.failed(reason);
        }
    }

    private CompletionStage<Acknowledgement> proven(Node iq) {
        stop();
        codes.settled();
        int on = connection.get();
        return CompletableFuture.supplyAsync(() -> verify(iq), threads.executor())
                .thenCompose(this::ask)
                .thenApplyAsync(verdict -> store(verdict, on), threads.executor())
                .thenCompose(verdict -> stream.send(verdict.answerTo(iq))
                        .thenApplyAsync(
                                sent -> {
                                    answered(verdict);
                                    return Acknowledgement.NOTHING;
                                },
                                threads::onLoop));
    }

    private Verdict verify(Node iq) {
        try {
            return Verdict.accepted(PairSuccess.verify(iq.requireChild("pair-success"), credentials.loadOrCreate()));
        } catch (PairRefusal e) {
            return Verdict.refused(e);
        }
    }

    /** The application has the last word, and not for ever: the phone waits, and so does the server. */
    private CompletableFuture<Verdict> ask(Verdict verdict) {
        if (verdict.success() == null) {
            return CompletableFuture.completedFuture(verdict);
        }
        LinkRequest request = verdict.success().request();
        CompletableFuture<Boolean> answer =
                CompletableFuture.supplyAsync(() -> policy.accepts().test(request), threads.listeners());
        return threads.timer()
                .within(DECISION_PATIENCE, threads.executor(), answer)
                .handle((accepted, failure) -> {
                    if (failure != null) {
                        return Verdict.refused(PairRefusal.vetoed(
                                "the application did not decide whether to accept it", Failures.unwrap(failure)));
                    }
                    return accepted
                            ? verdict
                            : Verdict.refused(PairRefusal.vetoed("the application did not accept it", null));
                });
    }

    /**
     * The credentials are stored before the answer leaves: the phone counts this device as linked once it has the
     * answer.
     */
    private Verdict store(Verdict verdict, int began) {
        PairSuccess success = verdict.success();
        if (success != null) {
            if (connection.get() != began) {
                throw new ConnectionLostException("the connection was lost before the phone could be answered");
            }
            sessions.inTransaction(List.of(success.phone()), signal -> {
                signal.saveIdentity(success.phone(), success.accountKey());
                return true;
            });
            listener.linked(credentials.update(success::applyTo));
        }
        return verdict;
    }

    private void answered(Verdict verdict) {
        PairRefusal refusal = verdict.refusal();
        if (refusal == null) {
            restart = threads.after(RESTART_PATIENCE, listener::restartMissing);
        } else {
            listener.failed(
                    new PairingFailedException("the phone's proof was refused: " + refusal.getMessage(), refusal));
        }
    }
}
