package dev.waxwing.internal.sync.appstate;

import static java.util.Objects.requireNonNull;

import dev.waxwing.internal.area.ReceivedProtocol;
import dev.waxwing.internal.area.ReceivedTransaction;
import dev.waxwing.internal.area.Registrations;
import dev.waxwing.proto.e2e.ProtocolMessage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes the keys that own devices share. */
public final class KeyShares {

    private static final Logger LOG = LoggerFactory.getLogger(KeyShares.class);

    private final Runnable whenShared;

    /**
     * Creates one for an account.
     *
     * @param whenShared called inside the transaction that keeps the keys; must not wait for the store
     */
    public KeyShares(Runnable whenShared) {
        this.whenShared = requireNonNull(whenShared, "whenShared");
    }

    /**
     * Registers.
     *
     * @param on takes the handlers
     */
    public void register(Registrations on) {
        on.received(ProtocolMessage.Type.APP_STATE_SYNC_KEY_SHARE, this::shared);
        on.table(AppStateKeys.TABLE);
    }

    /** A stranger could otherwise put keys of its own in place of the account's. */
    private void shared(ReceivedProtocol received, ReceivedTransaction transaction) {
        if (!received.fromMe()) {
            LOG.warn("{} shares keys, which only own devices may; that is ignored", received.sender());
            return;
        }
        AppStateKeys.keep(received.message().getAppStateSyncKeyShare(), transaction.store());
        whenShared.run();
    }
}
