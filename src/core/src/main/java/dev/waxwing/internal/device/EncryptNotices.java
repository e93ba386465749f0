package dev.waxwing.internal.device;

import static java.util.Objects.requireNonNull;

import dev.waxwing.internal.binary.Node;
import dev.waxwing.internal.stream.Acknowledgement;
import dev.waxwing.internal.stream.StanzaHandler;
import dev.waxwing.internal.stream.StanzaRouter;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** The server's notices about keys, which tell by their child what they are about: own keys that run low or are to be
 * compared, or a contact's new identity. */
public final class EncryptNotices {

    private final OwnKeys keys;
    private final StanzaHandler identities;

    /**
     * Creates one for an account.
     *
     * @param keys hears of own keys that run low or are to be compared
     * @param identities handles notices of contacts with a new identity
     */
    public EncryptNotices(OwnKeys keys, StanzaHandler identities) {
        this.keys = requireNonNull(keys, "keys");
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
            return identities.handle(notification);
        }
        if (notification.child("count") != null) {
            return keys.runLow();
        }
        if (notification.child("digest") != null) {
            return keys.toBeCompared();
        }
        return CompletableFuture.completedFuture(Acknowledgement.ACK);
    }
}
