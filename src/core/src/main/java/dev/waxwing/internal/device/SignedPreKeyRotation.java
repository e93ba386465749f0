package dev.waxwing.internal.device;

import static java.util.Objects.requireNonNull;

import dev.waxwing.error.ServerRefusedException;
import dev.waxwing.internal.account.Credentials;
import dev.waxwing.internal.account.CredentialsStore;
import dev.waxwing.internal.account.PreKeys;
import dev.waxwing.internal.account.SignedPreKey;
import dev.waxwing.internal.binary.Node;
import dev.waxwing.internal.stream.StanzaStream;
import dev.waxwing.internal.threads.Failures;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Replaces the signed pre-key about once a month, so that one that got into wrong hands opens no new sessions for long.
 * The new key is durable before the server hears of it and becomes the current one when the server took it; the old
 * ones are kept for late messages.
 */
final class SignedPreKeyRotation {

    private static final Logger LOG = LoggerFactory.getLogger(SignedPreKeyRotation.class);

    /** What whatsapp-rust reads in the web client. */
    private static final Duration PERIOD = Duration.ofDays(27);

    /** The key itself was refused: another one may be taken. After any other failure the server may have it. */
    private static final Set<Integer> REFUSED = Set.of(406, 409);

    private final CredentialsStore credentials;
    private final PreKeys preKeys;
    private final Clock clock;
    private final Executor executor;
    private final Consumer<Credentials> changed;

    /**
     * @param changed hears of the new credentials, on the executor
     */
    SignedPreKeyRotation(
            CredentialsStore credentials,
            PreKeys preKeys,
            Clock clock,
            Executor executor,
            Consumer<Credentials> changed) {
        this.credentials = requireNonNull(credentials, "credentials");
        this.preKeys = requireNonNull(preKeys, "preKeys");
        this.clock = requireNonNull(clock, "clock");
        this.executor = requireNonNull(executor, "executor");
        this.changed = requireNonNull(changed, "changed");
    }

    CompletableFuture<Void> ifDue(StanzaStream connection) {
        return CompletableFuture.supplyAsync(this::stagedIfDue, executor)
                .thenCompose(staged -> staged.map(key -> rotate(connection, key))
                        .orElseGet(() -> CompletableFuture.completedFuture(null)));
    }

    private Optional<SignedPreKey> stagedIfDue() {
        Instant now = clock.instant();
        Optional<Instant> since = credentials.loadOrCreate().signedPreKeySince();
        if (since.isEmpty()) {
            // Of a device linked just now, or by a version that did not count.
            credentials.update(own -> own.toBuilder().signedPreKeySince(now).build());
            return Optional.empty();
        }
        return now.isBefore(since.get().plus(PERIOD)) ? Optional.empty() : Optional.of(preKeys.stageSignedPreKey());
    }

    private CompletableFuture<Void> rotate(StanzaStream connection, SignedPreKey staged) {
        Node rotate = Node.builder("rotate").child(KeyNodes.signed(staged)).build();
        return connection
                .request(KeyNodes.request("set").child(rotate).build())
                .thenAcceptAsync(
                        answer -> {
                            changed.accept(preKeys.promoteSignedPreKey(clock.instant()));
                            LOG.info("The signed pre-key is now {}", staged.id());
                        },
                        executor)
                .exceptionallyComposeAsync(
                        failure -> {
                            if (Failures.unwrap(failure) instanceof ServerRefusedException refused
                                    && REFUSED.contains(refused.code())) {
                                preKeys.dropStagedSignedPreKey();
                            }
                            return CompletableFuture.failedFuture(failure);
                        },
                        executor);
    }
}
