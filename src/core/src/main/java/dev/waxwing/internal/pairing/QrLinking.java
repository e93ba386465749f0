package dev.waxwing.internal.pairing;

import static java.util.Objects.requireNonNull;

import dev.waxwing.error.PairingFailedException;
import dev.waxwing.error.WaxwingException;
import dev.waxwing.internal.account.Credentials;
import dev.waxwing.internal.account.CredentialsStore;
import dev.waxwing.internal.area.Area;
import dev.waxwing.internal.area.Registrations;
import dev.waxwing.internal.binary.Node;
import dev.waxwing.internal.signal.SignalSessions;
import dev.waxwing.internal.stream.StanzaStream;
import dev.waxwing.internal.stream.routing.Acknowledgement;
import dev.waxwing.internal.threads.AccountThreads;
import dev.waxwing.internal.threads.Cancellable;
import dev.waxwing.model.Jid;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Linking by QR code. The server gives references, each good for a while; every one becomes a code to show. When a
 * phone has scanned one, the server brings the phone's signed proof; it is verified, stored and answered, and the
 * server then asks to connect again as the linked device.
 */
public final class QrLinking implements Area {

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

    private final StanzaStream stream;
    private final CredentialsStore credentials;
    private final SignalSessions sessions;
    private final AccountThreads threads;
    private final QrPolicy policy;
    private final Listener listener;
    private final Deque<String> refs = new ArrayDeque<>();
    private @Nullable Cancellable rotation;
    private @Nullable Cancellable restart;

    /**
     * Creates one for an account.
     *
     * @param stream where answers are sent
     * @param credentials this device's own keys
     * @param sessions learns the phone's identity key
     * @param threads the account's threads
     * @param policy what the codes say, and how long they are good for
     * @param listener told how it goes
     */
    public QrLinking(
            StanzaStream stream,
            CredentialsStore credentials,
            SignalSessions sessions,
            AccountThreads threads,
            QrPolicy policy,
            Listener listener) {
        this.stream = requireNonNull(stream, "stream");
        this.credentials = requireNonNull(credentials, "credentials");
        this.sessions = requireNonNull(sessions, "sessions");
        this.threads = requireNonNull(threads, "threads");
        this.policy = requireNonNull(policy, "policy");
        this.listener = requireNonNull(listener, "listener");
    }

    @Override
    public void register(Registrations on) {
        on.iq("md", "pair-device", this::offered);
        on.iq("md", "pair-success", this::scanned);
    }

    @Override
    public void interrupted() {
        stop();
    }

    @Override
    public CompletionStage<Void> ended(WaxwingException reason) {
        stop();
        return CompletableFuture.completedFuture(null);
    }

    /** Shows no further codes, and waits no more for the server to ask for a new connection. On the event loop. */
    private void stop() {
        threads.assertOnLoop();
        refs.clear();
        if (rotation != null) {
            rotation.cancel();
            rotation = null;
        }
        if (restart != null) {
            restart.cancel();
            restart = null;
        }
    }

    private CompletionStage<Acknowledgement> offered(Node iq) {
        stop();
        for (Node ref : iq.requireChild("pair-device").children("ref")) {
            String text = ref.text();
            if (text != null) {
                refs.add(text);
            }
        }
        return CompletableFuture.supplyAsync(credentials::loadOrCreate, threads.executor())
                .thenApplyAsync(
                        own -> {
                            showNext(own, policy.firstCode());
                            return Acknowledgement.ACK;
                        },
                        threads::onLoop);
    }

    private void showNext(Credentials own, Duration goodFor) {
        String ref = refs.poll();
        if (ref == null) {
            listener.failed(new PairingFailedException("every QR code expired before a phone scanned one"));
            return;
        }
        listener.qr(QrText.of(ref, own, policy.clientDigit()));
        rotation = threads.after(goodFor, () -> showNext(own, policy.nextCode()));
    }

    private CompletionStage<Acknowledgement> scanned(Node iq) {
        stop();
        return CompletableFuture.supplyAsync(() -> link(iq), threads.executor())
                .thenCompose(answer -> stream.send(answer.stanza)
                        .thenApplyAsync(
                                sent -> {
                                    if (answer.refusal == null) {
                                        restart = threads.after(RESTART_PATIENCE, listener::restartMissing);
                                    } else {
                                        listener.failed(answer.refusal);
                                    }
                                    return Acknowledgement.NOTHING;
                                },
                                threads::onLoop));
    }

    /**
     * The credentials are stored before the answer leaves: the phone counts this device as linked once it has the
     * answer.
     */
    private Answer link(Node iq) {
        try {
            PairSuccess success = PairSuccess.verify(iq.requireChild("pair-success"), credentials.loadOrCreate());
            sessions.inTransaction(List.of(success.phone()), signal -> {
                signal.saveIdentity(success.phone(), success.accountKey());
                return true;
            });
            listener.linked(credentials.update(success::applyTo));
            return new Answer(result(iq, success), null);
        } catch (PairRefusal e) {
            return new Answer(
                    error(iq, e), new PairingFailedException("the phone's proof was refused: " + e.getMessage(), e));
        }
    }

    private static Node result(Node iq, PairSuccess success) {
        return Node.builder("iq")
                .attr("to", Jid.SERVER)
                .attr("type", "result")
                .attr("id", iq.requireAttr("id"))
                .child(Node.builder("pair-device-sign")
                        .child(Node.builder("device-identity")
                                .attr("key-index", success.keyIndex())
                                .bytes(success.identityForServer())
                                .build())
                        .build())
                .build();
    }

    private static Node error(Node iq, PairRefusal refusal) {
        return Node.builder("iq")
                .attr("to", Jid.SERVER)
                .attr("type", "error")
                .attr("id", iq.requireAttr("id"))
                .child(Node.builder("error")
                        .attr("code", refusal.code())
                        .attr("text", refusal.text())
                        .build())
                .build();
    }

    private record Answer(Node stanza, @Nullable PairingFailedException refusal) {}
}
