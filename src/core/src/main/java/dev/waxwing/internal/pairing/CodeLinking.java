package dev.waxwing.internal.pairing;

import dev.waxwing.error.ConnectionLostException;
import dev.waxwing.error.PairingFailedException;
import dev.waxwing.error.ProtocolViolationException;
import dev.waxwing.error.SocketClosedException;
import dev.waxwing.error.WaxwingException;
import dev.waxwing.internal.account.Credentials;
import dev.waxwing.internal.account.CredentialsStore;
import dev.waxwing.internal.account.PairingCodeKeys;
import dev.waxwing.internal.binary.Node;
import dev.waxwing.internal.crypto.Curve25519;
import dev.waxwing.internal.crypto.KeyPair;
import dev.waxwing.internal.stream.StanzaStream;
import dev.waxwing.internal.stream.routing.Acknowledgement;
import dev.waxwing.internal.threads.AccountThreads;
import dev.waxwing.internal.threads.Cancellable;
import dev.waxwing.internal.threads.Failures;
import dev.waxwing.model.Jid;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Linking by pairing code, up to the pair-success that QR codes lead to as well. The server is asked for a reference
 * under which a phone finds this device; when its owner has typed the code, the phone answers, and what follows makes
 * the ADV secret that authenticates pair-success. Source: peers Baileys and whatsmeow.
 *
 * <p>State belongs to the event loop; keys are stretched and stored on the account's executor.
 */
final class CodeLinking {

    /** How long a request waits for a connection that is ready to link. */
    static final Duration READY_PATIENCE = Duration.ofSeconds(30);

    /** How long the server may take to answer each of the two questions, as whatsapp-rust has it. */
    static final Duration ANSWER_PATIENCE = Duration.ofSeconds(30);

    /**
     * How often phones may answer to one code: its owner may mistype it, and a server that guesses gets as many
     * guesses.
     */
    static final int MAX_TRIES = 5;

    private static final int MAX_REF_BYTES = 1024;
    private static final String STEP = "link_code_companion_reg";
    private static final String REF = "link_code_pairing_ref";

    private final StanzaStream stream;
    private final CredentialsStore credentials;
    private final AccountThreads threads;
    private final LinkingPolicy policy;
    private final Runnable onPhone;
    private final Consumer<WaxwingException> onDeadEnd;
    private boolean ready;
    private @Nullable Attempt current;
    private @Nullable WaxwingException ended;

    /**
     * @param onPhone told when a phone answers: the secret in QR codes is void from then on
     * @param onDeadEnd told why no phone will link this device by the code any more
     */
    CodeLinking(
            StanzaStream stream,
            CredentialsStore credentials,
            AccountThreads threads,
            LinkingPolicy policy,
            Runnable onPhone,
            Consumer<WaxwingException> onDeadEnd) {
        this.stream = stream;
        this.credentials = credentials;
        this.threads = threads;
        this.policy = policy;
        this.onPhone = onPhone;
        this.onDeadEnd = onDeadEnd;
    }

    /** One code, from the request to its end. */
    private static final class Attempt {

        final PairingCode code;
        final CompletableFuture<String> result = new CompletableFuture<>();
        final List<byte[]> answers = new ArrayList<>();
        boolean asked;
        boolean answering;

        @Nullable
        KeyPair ephemeral;

        byte @Nullable [] ref;

        @Nullable
        Cancellable alarm;

        Attempt(PairingCode code) {
            this.code = code;
        }

        Jid phone() {
            return Jid.phone(code.phoneNumber());
        }

        void alarm(@Nullable Cancellable next) {
            if (alarm != null) {
                alarm.cancel();
            }
            alarm = next;
        }
    }

    private record Hello(KeyPair ephemeral, Node stanza) {}

    /**
     * Asks the server to let phones find this device by a code. Any thread.
     *
     * @return completes with the code when it may be shown
     */
    CompletableFuture<String> request(PairingCode code) {
        Attempt attempt = new Attempt(code);
        attempt.result.whenComplete((shown, failure) -> {
            if (attempt.result.isCancelled()) {
                threads.timer().run(() -> drop(attempt));
            }
        });
        if (!threads.timer().run(() -> begin(attempt))) {
            attempt.result.completeExceptionally(new SocketClosedException("the socket is closed"));
        }
        return attempt.result;
    }

    private void begin(Attempt attempt) {
        if (ended != null) {
            attempt.result.completeExceptionally(ended);
            return;
        }
        Attempt former = current;
        if (former != null) {
            fail(former, new PairingFailedException("another pairing code was asked for"));
        }
        if (attempt.result.isDone()) {
            return;
        }
        current = attempt;
        if (ready) {
            hello(attempt);
        } else {
            attempt.alarm(threads.after(
                    READY_PATIENCE,
                    () -> fail(
                            attempt,
                            new ConnectionLostException(
                                    "no connection that is ready to link within " + READY_PATIENCE))));
        }
    }

    /** The server has offered to link this device. */
    void ready() {
        ready = true;
        if (current != null && !current.asked) {
            hello(current);
        }
    }

    /** Whether a phone may still answer to a code, or the server to a request for one. */
    boolean isUnderWay() {
        return current != null;
    }

    /** A phone has linked this device, or tried to: the code has done its part. */
    void settled() {
        if (current != null) {
            fail(current, new PairingFailedException("a phone has answered to another code"));
        }
    }

    /** A code is worth nothing on another connection; a request that waits for one goes on. */
    void interrupted() {
        ready = false;
        if (current != null && current.asked) {
            fail(current, new ConnectionLostException("the connection was lost"));
        }
    }

    void ended(WaxwingException reason) {
        ready = false;
        ended = reason;
        if (current != null) {
            fail(current, reason);
        }
    }

    private void fail(Attempt attempt, Throwable failure) {
        drop(attempt);
        attempt.result.completeExceptionally(failure);
    }

    private void drop(Attempt attempt) {
        attempt.alarm(null);
        if (attempt == current) {
            current = null;
        }
    }

    private void hello(Attempt attempt) {
        attempt.alarm(null);
        attempt.asked = true;
        onExecutor(() -> hello(attempt.code, attempt.phone()))
                .thenCompose(hello -> {
                    attempt.ephemeral = hello.ephemeral();
                    return stream.request(hello.stanza(), ANSWER_PATIENCE);
                })
                // At once where the answer came in, since the phone's may be right behind it.
                .whenComplete((answer, failure) -> threads.timer().run(() -> {
                    if (attempt == current) {
                        heard(attempt, answer, failure);
                    }
                }));
    }

    private void heard(Attempt attempt, @Nullable Node answer, @Nullable Throwable failure) {
        if (answer == null) {
            fail(attempt, failure == null ? new IllegalStateException("no answer") : Failures.unwrap(failure));
            return;
        }
        try {
            byte[] ref = answer.requireChild(STEP).requireChild(REF).requireBytes();
            if (ref.length == 0 || ref.length > MAX_REF_BYTES) {
                throw new ProtocolViolationException("a pairing reference of " + ref.length + " bytes");
            }
            attempt.ref = ref;
        } catch (ProtocolViolationException e) {
            fail(attempt, e);
            return;
        }
        attempt.alarm(threads.after(policy.pairingCode(), () -> expired(attempt)));
        attempt.result.complete(attempt.code.text());
    }

    private void expired(Attempt attempt) {
        String why = attempt.answers.isEmpty()
                ? "the pairing code expired before a phone answered to it"
                : "a phone answered to the pairing code and did not link this device: the code was mistyped";
        drop(attempt);
        onDeadEnd.accept(new PairingFailedException(why));
    }

    private Hello hello(PairingCode code, Jid phone) {
        Credentials own = credentials.loadOrCreate();
        // A new pair each time: two codes must not lead to one secret.
        KeyPair ephemeral = Curve25519.generate();
        Node stanza = step(
                phone,
                "companion_hello",
                reg -> reg.attr("should_show_push_notification", "true")
                        .child(bytes(
                                "link_code_pairing_wrapped_companion_ephemeral_pub",
                                PairingCodeKeys.wrap(code.text(), ephemeral.publicKey())))
                        .child(bytes(
                                "companion_server_auth_key_pub", own.noiseKey().publicKey()))
                        .child(text("companion_platform_id", policy.clientDigit()))
                        .child(text("companion_platform_display", policy.displayName()))
                        .child(text("link_code_pairing_nonce", "0")));
        return new Hello(ephemeral, stanza);
    }

    /**
     * A phone answers to the code. It is acknowledged when the new secret is stored and the answer on its way; what is
     * wrong with it is told as of any other stanza, and the code stays good.
     */
    CompletionStage<Acknowledgement> phoneAnswered(Node notification) {
        Attempt attempt = current;
        if (!Jid.SERVER.equals(notification.jid("from"))) {
            throw new ProtocolViolationException("an answer to a pairing code from another than the server");
        }
        if (attempt == null || attempt.ref == null || attempt.ephemeral == null) {
            throw new ProtocolViolationException("an answer to a pairing code, and nobody asked for one");
        }
        Node reg = notification.requireChild(STEP);
        if (!Arrays.equals(attempt.ref, reg.requireChild(REF).requireBytes())) {
            throw new ProtocolViolationException("an answer to a pairing code that is not the current one");
        }
        byte[] wrapped = bytesOf(reg, "link_code_pairing_wrapped_primary_ephemeral_pub", PairingCodeKeys.WRAPPED_BYTES);
        byte[] identity = bytesOf(reg, "primary_identity_pub", Curve25519.KEY_BYTES);
        if (attempt.answering || attempt.answers.stream().anyMatch(before -> Arrays.equals(before, wrapped))) {
            throw new ProtocolViolationException("an answer to a pairing code that came before");
        }
        if (attempt.answers.size() == MAX_TRIES) {
            drop(attempt);
            onDeadEnd.accept(new PairingFailedException("phones answered to the pairing code more than " + MAX_TRIES
                    + " times and did not link this device"));
            return CompletableFuture.completedFuture(Acknowledgement.ACK);
        }
        attempt.answers.add(wrapped);
        attempt.answering = true;
        onPhone.run();
        KeyPair ephemeral = attempt.ephemeral;
        return onExecutor(() -> finish(attempt, ephemeral, wrapped, identity))
                .whenComplete((finish, failure) -> threads.timer().run(() -> {
                    attempt.answering = false;
                    if (finish != null && attempt == current) {
                        send(attempt, finish);
                    }
                }))
                .thenApply(finish -> Acknowledgement.ACK);
    }

    /** The secret is stored before the phone can make anything of it. */
    private Node finish(Attempt attempt, KeyPair ephemeral, byte[] wrapped, byte[] primaryIdentity) {
        byte[] primaryEphemeral = PairingCodeKeys.unwrap(attempt.code.text(), wrapped);
        KeyPair own = credentials.loadOrCreate().identityKey();
        PairingCodeKeys.Sealed sealed = PairingCodeKeys.seal(ephemeral, own, primaryEphemeral, primaryIdentity);
        credentials.update(now -> now.toBuilder().advSecret(sealed.advSecret()).build());
        byte[] ref = attempt.ref == null ? new byte[0] : attempt.ref;
        return step(
                attempt.phone(),
                "companion_finish",
                reg -> reg.child(bytes("link_code_pairing_wrapped_key_bundle", sealed.wrappedBundle()))
                        .child(bytes("companion_identity_public", own.publicKey()))
                        .child(bytes(REF, ref)));
    }

    private void send(Attempt attempt, Node finish) {
        stream.request(finish, ANSWER_PATIENCE)
                .whenComplete((answer, failure) -> threads.timer().run(() -> {
                    // What ends the connection is told where it ends.
                    if (failure != null && attempt == current && ready) {
                        Throwable cause = Failures.unwrap(failure);
                        drop(attempt);
                        onDeadEnd.accept(
                                new PairingFailedException("the server did not pass on the keys for the phone", cause));
                    }
                }));
    }

    private <T> CompletableFuture<T> onExecutor(Supplier<T> work) {
        Executor executor = threads.executor();
        try {
            return CompletableFuture.supplyAsync(work, executor);
        } catch (RejectedExecutionException e) {
            return CompletableFuture.failedFuture(new SocketClosedException("the socket is closed"));
        }
    }

    private static Node step(Jid phone, String stage, UnaryOperator<Node.Builder> parts) {
        return Node.builder("iq")
                .attr("to", Jid.SERVER)
                .attr("type", "set")
                .attr("xmlns", "md")
                .child(parts.apply(Node.builder(STEP).attr("jid", phone).attr("stage", stage))
                        .build())
                .build();
    }

    private static Node bytes(String tag, byte[] value) {
        return Node.builder(tag).bytes(value).build();
    }

    private static Node text(String tag, String value) {
        return bytes(tag, value.getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] bytesOf(Node parent, String child, int length) {
        byte[] value = parent.requireChild(child).requireBytes();
        if (value.length != length) {
            throw new ProtocolViolationException(child + " of " + value.length + " bytes, expected " + length);
        }
        return value;
    }
}
