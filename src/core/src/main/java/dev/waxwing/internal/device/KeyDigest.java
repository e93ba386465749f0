package dev.waxwing.internal.device;

import static java.util.Objects.requireNonNull;

import dev.waxwing.error.ProtocolViolationException;
import dev.waxwing.error.ServerRefusedException;
import dev.waxwing.internal.account.Credentials;
import dev.waxwing.internal.account.CredentialsStore;
import dev.waxwing.internal.account.PreKeys;
import dev.waxwing.internal.binary.Node;
import dev.waxwing.internal.crypto.BigEndian;
import dev.waxwing.internal.crypto.Digests;
import dev.waxwing.internal.stream.StanzaStream;
import dev.waxwing.internal.threads.Failures;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compares this device's keys with what the server holds of them. Only if the server says that it holds nothing are
 * they uploaded again; a difference is logged and left, since an upload does not remove what is there (rule of peer
 * whatsapp-rust, stated as the web client's).
 */
final class KeyDigest {

    private static final Logger LOG = LoggerFactory.getLogger(KeyDigest.class);

    /** A server that goes on saying that it has nothing must not be fed keys without end. */
    private static final Duration BETWEEN_REPAIRS = Duration.ofHours(1);

    private static final int NOT_FOUND = 404;
    private static final int MOST_IDS = 10_000;

    private final CredentialsStore credentials;
    private final PreKeys preKeys;
    private final PreKeyUploads uploads;
    private final Clock clock;
    private final Executor executor;
    private @Nullable Instant lastRepair;

    KeyDigest(CredentialsStore credentials, PreKeys preKeys, PreKeyUploads uploads, Clock clock, Executor executor) {
        this.credentials = requireNonNull(credentials, "credentials");
        this.preKeys = requireNonNull(preKeys, "preKeys");
        this.uploads = requireNonNull(uploads, "uploads");
        this.clock = requireNonNull(clock, "clock");
        this.executor = requireNonNull(executor, "executor");
    }

    CompletableFuture<Void> check(StanzaStream connection) {
        return connection
                .request(KeyNodes.request("get")
                        .child(Node.builder("digest").build())
                        .build())
                .thenAcceptAsync(answer -> compare(answer.requireChild("digest")), executor)
                .exceptionallyCompose(failure -> Failures.unwrap(failure) instanceof ServerRefusedException refused
                                && refused.code() == NOT_FOUND
                                && mayRepair()
                        ? uploads.restore(connection)
                        : CompletableFuture.failedFuture(failure));
    }

    private synchronized boolean mayRepair() {
        Instant now = clock.instant();
        if (lastRepair != null && now.isBefore(lastRepair.plus(BETWEEN_REPAIRS))) {
            return false;
        }
        lastRepair = now;
        LOG.warn("The server has no keys of this device; they are uploaded again");
        return true;
    }

    private void compare(Node digest) {
        Credentials own = credentials.loadOrCreate();
        List<String> differences = new ArrayList<>();
        if (number(digest.requireChild("registration")) != own.registrationId()) {
            differences.add("registration id");
        }
        if (!Arrays.equals(
                digest.requireChild("identity").requireBytes(),
                own.identityKey().publicKey())) {
            differences.add("identity key");
        }
        int signedId = number(digest.requireChild("skey").requireChild("id"));
        if (signedId != own.signedPreKey().id()) {
            differences.add("signed pre-key (" + signedId + " there, "
                    + own.signedPreKey().id() + " here)");
        } else {
            compareHash(digest, own, differences);
        }
        if (!differences.isEmpty()) {
            LOG.warn("The server's view of this device's keys differs: {}", differences);
        }
    }

    private void compareHash(Node digest, Credentials own, List<String> differences) {
        List<Node> nodes = digest.requireChild("list").children("id");
        if (nodes.size() > MOST_IDS) {
            throw new ProtocolViolationException("a digest of " + nodes.size() + " keys");
        }
        List<Integer> ids = nodes.stream().map(KeyDigest::number).toList();
        Map<Integer, byte[]> known = preKeys.publicKeys(ids);
        List<byte[]> hashed = new ArrayList<>();
        hashed.add(own.identityKey().publicKey());
        hashed.add(own.signedPreKey().keyPair().publicKey());
        hashed.add(own.signedPreKey().signature());
        for (int id : ids) {
            byte[] key = known.get(id);
            if (key == null) {
                // A message that used it may have come since the server answered. If the store went back to a backup, a
                // sender who gets such a key is asked for the message again.
                LOG.info("The server offers one-time pre-keys of this device that are not here any more");
                return;
            }
            hashed.add(key);
        }
        byte[] hash = Digests.sha1(hashed.toArray(byte[][]::new));
        if (!Arrays.equals(digest.requireChild("hash").requireBytes(), hash)) {
            differences.add("hash of the keys");
        }
    }

    private static int number(Node node) {
        byte[] bytes = node.requireBytes();
        if (bytes.length < 1 || bytes.length > Integer.BYTES) {
            throw new ProtocolViolationException("<" + node.tag() + "> of " + bytes.length + " bytes, expected 1 to 4");
        }
        return (int) BigEndian.decode(bytes);
    }
}
