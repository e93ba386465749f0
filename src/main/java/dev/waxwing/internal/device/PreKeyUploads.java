package dev.waxwing.internal.device;

import static java.util.Objects.requireNonNull;

import dev.waxwing.internal.binary.Node;
import dev.waxwing.internal.signal.Credentials;
import dev.waxwing.internal.signal.CredentialsStore;
import dev.waxwing.internal.signal.PreKeys;
import dev.waxwing.internal.stream.Acknowledgement;
import dev.waxwing.internal.stream.LoginHook;
import dev.waxwing.internal.stream.StanzaStream;
import dev.waxwing.model.Jid;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the server stocked with this device's one-time pre-keys: counts them at each login and when the server says that they
 * run low. Thresholds as peer whatsmeow has them.
 */
public final class PreKeyUploads implements LoginHook {

    private static final Logger LOG = LoggerFactory.getLogger(PreKeyUploads.class);

    /** Fewer than this on the server: upload. */
    private static final int LOW = 5;

    /** What a fresh device uploads; all peers agree on the number. */
    private static final int FIRST_UPLOAD = 812;

    private static final int TOP_UP = 50;

    private final StanzaStream stream;
    private final CredentialsStore credentials;
    private final PreKeys preKeys;
    private final Executor executor;
    private final AtomicBoolean uploading = new AtomicBoolean();

    /**
     * Creates one for an account.
     *
     * @param stream where notices of low stock are answered
     * @param credentials the account's own keys
     * @param preKeys makes and keeps one-time keys
     * @param executor runs what reads or writes the store
     */
    public PreKeyUploads(StanzaStream stream, CredentialsStore credentials, PreKeys preKeys, Executor executor) {
        this.stream = requireNonNull(stream, "stream");
        this.credentials = requireNonNull(credentials, "credentials");
        this.preKeys = requireNonNull(preKeys, "preKeys");
        this.executor = requireNonNull(executor, "executor");
    }

    @Override
    public CompletionStage<Void> onLogin(StanzaStream connection) {
        return connection
                .request(encryptIq("get").child(Node.builder("count").build()).build())
                .thenComposeAsync(
                        answer -> uploadIfLow(
                                connection, answer.requireChild("count").intAttr("value", 0)),
                        executor);
    }

    /** The server says how many keys are left. */
    CompletionStage<Acknowledgement> noticed(Node notification) {
        int left = notification.requireChild("count").intAttr("value", 0);
        CompletableFuture.completedFuture(left)
                .thenComposeAsync(n -> uploadIfLow(stream, n), executor)
                .whenComplete((done, failure) -> {
                    if (failure != null) {
                        LOG.warn("Could not upload pre-keys; the next login tries again", failure);
                    }
                });
        // The notice itself is handled: the stock is counted again at every login, whether this upload works or not.
        return CompletableFuture.completedFuture(Acknowledgement.ACK);
    }

    private CompletableFuture<Void> uploadIfLow(StanzaStream connection, int left) {
        if (left >= LOW || !uploading.compareAndSet(false, true)) {
            return CompletableFuture.completedFuture(null);
        }
        return CompletableFuture.supplyAsync(() -> preKeys.unuploaded(left == 0 ? FIRST_UPLOAD : TOP_UP), executor)
                .thenCompose(keys -> connection
                        .request(upload(credentials.loadOrCreate(), keys))
                        .thenAcceptAsync(
                                answer -> preKeys.markUploaded(
                                        keys.get(keys.size() - 1).id()),
                                executor))
                .whenComplete((done, failure) -> uploading.set(false));
    }

    private static Node upload(Credentials own, List<PreKeys.PreKey> keys) {
        return encryptIq("set")
                .child(KeyNodes.registration(own))
                .child(KeyNodes.type())
                .child(KeyNodes.identity(own))
                .child(Node.builder("list")
                        .children(keys.stream().map(KeyNodes::oneTime).toList())
                        .build())
                .child(KeyNodes.signed(own))
                .build();
    }

    private static Node.Builder encryptIq(String type) {
        return Node.builder("iq").attr("to", Jid.SERVER).attr("type", type).attr("xmlns", "encrypt");
    }
}
