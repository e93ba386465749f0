package dev.waxwing.internal.device;

import static java.util.Objects.requireNonNull;

import dev.waxwing.internal.binary.Node;
import dev.waxwing.internal.stream.Acknowledgement;
import dev.waxwing.internal.stream.StanzaRouter;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** The server's notices about keys, which tell by their child what they are about: own keys that run low, or a contact's new identity. */
public final class EncryptNotices {

    private final PreKeyUploads uploads;
    private final IdentityChanges identities;

    /**
     * Creates one for an account.
     *
     * @param uploads hears of own keys that run low
     * @param identities hears of contacts with a new identity
     */
    public EncryptNotices(PreKeyUploads uploads, IdentityChanges identities) {
        this.uploads = requireNonNull(uploads, "uploads");
        this.identities = requireNonNull(identities, "identities");
    }

    /**
     * Listens to the notices.
     *
     * @param router where to register
     */
    public void register(StanzaRouter router) {
        router.on("notification", "encrypt", this::noticed);
    }

    private CompletionStage<Acknowledgement> noticed(Node notification) {
        if (notification.child("identity") != null) {
            return identities.noticed(notification);
        }
        if (notification.child("count") != null) {
            return uploads.noticed(notification);
        }
        return CompletableFuture.completedFuture(Acknowledgement.ACK);
    }
}
