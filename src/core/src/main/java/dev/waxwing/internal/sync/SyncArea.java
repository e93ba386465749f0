package dev.waxwing.internal.sync;

import dev.waxwing.internal.area.Area;
import dev.waxwing.internal.area.ReceivedHandler;
import dev.waxwing.internal.area.Registrations;
import dev.waxwing.proto.e2e.ProtocolMessage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps what the own devices share when this one is linked, and later: notices of history. */
public final class SyncArea implements Area {

    private static final Logger LOG = LoggerFactory.getLogger(SyncArea.class);

    /** Creates the area. It needs nothing but the transactions that open messages. */
    public SyncArea() {}

    @Override
    public void register(Registrations on) {
        on.received(
                ProtocolMessage.Type.HISTORY_SYNC_NOTIFICATION,
                fromOwnDevices((notice, transaction) -> HistoryNotices.keep(notice, transaction.store())));
        on.table(HistoryNotices.TABLE);
    }

    /** A stranger could otherwise put a history of its own in place of the account's. */
    private static ReceivedHandler fromOwnDevices(ReceivedHandler handler) {
        return (received, transaction) -> {
            if (received.fromMe()) {
                handler.received(received, transaction);
            } else {
                LOG.warn(
                        "{} sends {}, which only own devices may; that is ignored",
                        received.sender(),
                        received.message().getType());
            }
        };
    }
}
