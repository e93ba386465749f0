package dev.waxwing.internal.device;

import static java.util.Objects.requireNonNull;

import dev.waxwing.internal.account.CredentialsStore;
import dev.waxwing.internal.account.PreKey;
import dev.waxwing.internal.account.PreKeys;
import dev.waxwing.internal.account.PublicIdentity;
import dev.waxwing.internal.binary.Node;
import dev.waxwing.internal.stream.StanzaStream;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/** Keeps the server stocked with this device's one-time pre-keys. Thresholds as peer whatsmeow has them. */
final class PreKeyUploads {

    /** Fewer than this on the server: upload. */
    private static final int LOW = 5;

    /** What a fresh device uploads; all peers agree on the number. */
    private static final int FIRST_UPLOAD = 812;

    private static final int TOP_UP = 50;

    private final CredentialsStore credentials;
    private final PreKeys preKeys;
    private final KeyRetries retries;
    private final Executor executor;

    PreKeyUploads(CredentialsStore credentials, PreKeys preKeys, KeyRetries retries, Executor executor) {
        this.credentials = requireNonNull(credentials, "credentials");
        this.preKeys = requireNonNull(preKeys, "preKeys");
        this.retries = requireNonNull(retries, "retries");
        this.executor = requireNonNull(executor, "executor");
    }

    /**
     * Counts what the server has, and uploads if that is little. The count comes first in each attempt: an answer may
     * have got lost.
     */
    CompletableFuture<Void> topUp(StanzaStream connection) {
        return retries.run(() -> connection
                .request(KeyNodes.request("get")
                        .child(Node.builder("count").build())
                        .build())
                .thenComposeAsync(
                        answer -> {
                            int left = answer.requireChild("count").intAttr("value", 0);
                            return left >= LOW
                                    ? CompletableFuture.completedFuture(null)
                                    : upload(connection, left == 0 ? FIRST_UPLOAD : TOP_UP);
                        },
                        executor));
    }

    /** Uploads everything, since the server has nothing of this device. */
    CompletableFuture<Void> restore(StanzaStream connection) {
        return retries.run(() -> upload(connection, FIRST_UPLOAD));
    }

    private CompletableFuture<Void> upload(StanzaStream connection, int atLeast) {
        return CompletableFuture.supplyAsync(() -> preKeys.unuploaded(atLeast), executor)
                .thenCompose(keys -> connection
                        .request(upload(PublicIdentity.of(credentials.loadOrCreate()), keys))
                        .thenAcceptAsync(answer -> markUploaded(keys), executor));
    }

    private void markUploaded(List<PreKey> keys) {
        if (!keys.isEmpty()) {
            preKeys.markUploaded(keys.get(keys.size() - 1).id());
        }
    }

    private static Node upload(PublicIdentity own, List<PreKey> keys) {
        return KeyNodes.request("set")
                .child(KeyNodes.registration(own))
                .child(KeyNodes.type())
                .child(KeyNodes.identity(own))
                .child(Node.builder("list")
                        .children(keys.stream().map(KeyNodes::oneTime).toList())
                        .build())
                .child(KeyNodes.signed(own))
                .build();
    }
}
