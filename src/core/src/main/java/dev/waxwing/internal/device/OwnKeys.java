package dev.waxwing.internal.device;

import dev.waxwing.internal.account.Credentials;
import dev.waxwing.internal.account.CredentialsStore;
import dev.waxwing.internal.account.PreKeys;
import dev.waxwing.internal.area.Area;
import dev.waxwing.internal.area.Registrations;
import dev.waxwing.internal.stream.LoginHook;
import dev.waxwing.internal.stream.StanzaStream;
import dev.waxwing.internal.stream.routing.Acknowledgement;
import dev.waxwing.internal.threads.Failures;
import dev.waxwing.internal.threads.KeyedLanes;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the keys under which others start sessions with this device in order on the server: one-time pre-keys are
 * counted at each login and topped up, the signed pre-key is rotated at the first login after it is due, and once for
 * each start, and when the server says so, what the server holds is compared with what is here.
 */
public final class OwnKeys implements Area, LoginHook {

    private static final Logger LOG = LoggerFactory.getLogger(OwnKeys.class);
    private static final String LANE = "own keys";

    /** Each login adds up to three tasks, and a task ends with its connection at the latest. */
    private static final int MOST_WAITING = 100;

    private final StanzaStream stream;
    private final PreKeyUploads uploads;
    private final KeyDigest digest;
    private final SignedPreKeyRotation rotation;
    private final KeyedLanes lanes;
    private final AtomicBoolean toppingUp = new AtomicBoolean();
    private final AtomicBoolean comparing = new AtomicBoolean();
    private final AtomicBoolean compared = new AtomicBoolean();

    /**
     * Creates one for an account.
     *
     * @param stream where notices are answered
     * @param credentials the account's own keys
     * @param preKeys makes and keeps pre-keys
     * @param clock tells when the signed pre-key is due
     * @param executor runs what reads or writes the store
     * @param after an executor that begins a task when a time has passed, for what is tried again
     * @param changed hears of the credentials with a new signed pre-key, on the executor
     */
    public OwnKeys(
            StanzaStream stream,
            CredentialsStore credentials,
            PreKeys preKeys,
            Clock clock,
            Executor executor,
            Function<Duration, Executor> after,
            Consumer<Credentials> changed) {
        this.stream = stream;
        lanes = new KeyedLanes(executor, MOST_WAITING, MOST_WAITING);
        uploads = new PreKeyUploads(credentials, preKeys, new KeyRetries(after), executor);
        digest = new KeyDigest(credentials, preKeys, uploads, clock, executor);
        rotation = new SignedPreKeyRotation(credentials, preKeys, clock, executor, changed);
    }

    @Override
    public void register(Registrations on) {
        on.stanza("notification", "encrypt", "count", notification -> runLow());
        on.stanza("notification", "encrypt", "digest", notification -> toBeCompared());
        on.onLogin(this);
    }

    /**
     * The login waits for the count alone: without one-time keys this device is reached less safely, and the rest can
     * take its time.
     */
    @Override
    public CompletionStage<Void> onLogin(StanzaStream connection) {
        CompletableFuture<Void> counted = inOrder(() -> uploads.topUp(connection));
        inBackground("rotate the signed pre-key", inOrder(() -> rotation.ifDue(connection)));
        if (compared.compareAndSet(false, true)) {
            inBackground("compare keys with the server", inOrder(() -> digest.check(connection)));
        }
        return counted;
    }

    /** The server says that few keys are left. It may say so twice, so they are counted. */
    private CompletionStage<Acknowledgement> runLow() {
        if (toppingUp.compareAndSet(false, true)) {
            inBackground(
                    "upload pre-keys",
                    inOrder(() -> uploads.topUp(stream)).whenComplete((done, failure) -> toppingUp.set(false)));
        }
        return acknowledged();
    }

    /** The server wants this device to look what it holds. */
    private CompletionStage<Acknowledgement> toBeCompared() {
        if (comparing.compareAndSet(false, true)) {
            inBackground(
                    "compare keys with the server",
                    inOrder(() -> digest.check(stream)).whenComplete((done, failure) -> comparing.set(false)));
        }
        return acknowledged();
    }

    /**
     * A notice is handled once it was heard: each login looks after the keys again, whether this attempt works or not.
     */
    private static CompletionStage<Acknowledgement> acknowledged() {
        return CompletableFuture.completedFuture(Acknowledgement.ACK);
    }

    /**
     * One after another: an upload that was put together before the signed pre-key was rotated, and arrives behind it,
     * would bring the old one back.
     */
    private CompletableFuture<Void> inOrder(Supplier<CompletableFuture<Void>> task) {
        return lanes.submitStage(LANE, task);
    }

    private static void inBackground(String what, CompletableFuture<Void> task) {
        task.whenComplete((done, failure) -> {
            if (failure != null) {
                LOG.info(
                        "Could not {}: {}; the next login looks again",
                        what,
                        Failures.unwrap(failure).toString());
            }
        });
    }
}
