package dev.waxwing.internal.sync;

import dev.waxwing.internal.area.ReceivedProtocol;
import dev.waxwing.proto.e2e.Message;
import dev.waxwing.proto.storage.InboxEntry;
import dev.waxwing.store.StoreEntry;
import dev.waxwing.store.StoreTable;
import dev.waxwing.store.StoreTransaction;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The phone's notices of history to be fetched, in the order in which they came: each names an encrypted file, or
 * brings a small one with it. Stored as the messages that brought them, because the phone wants a receipt for each
 * one's id.
 */
final class HistoryNotices {

    static final StoreTable TABLE = StoreTable.of("history_notices");

    /** A phone sends some dozens when it links a device, and a few more for each request for older history. */
    static final int MOST = 1_000;

    private static final Logger LOG = LoggerFactory.getLogger(HistoryNotices.class);

    /** Rows are numbered. This prefix is before {@link #COUNT_ROW} in the order of keys. */
    private static final String ROW_PREFIX = "notice/";

    /** How many notices there ever were. */
    private static final String COUNT_ROW = "notices";

    private HistoryNotices() {}

    /**
     * Keeps a notice behind all others. If there are too many, the oldest goes: its file is the first that the service
     * deletes.
     */
    static void keep(ReceivedProtocol notice, StoreTransaction store) {
        long number = count(store) + 1;
        InboxEntry entry = InboxEntry.newBuilder()
                .setChat(notice.sender().person().toString())
                .setFromMe(notice.fromMe())
                .setId(notice.id())
                .setTimestampSeconds(notice.timestamp().getEpochSecond())
                .setMessage(Message.newBuilder()
                        .setProtocolMessage(notice.message())
                        .build()
                        .toByteString())
                .build();
        store.put(TABLE, row(number), entry.toByteArray());
        store.put(TABLE, COUNT_ROW, Long.toString(number).getBytes(StandardCharsets.US_ASCII));
        if (number > MOST && store.get(TABLE, row(number - MOST)) != null) {
            LOG.warn("More than {} notices of history wait; the oldest is dropped", MOST);
            store.delete(TABLE, row(number - MOST));
        }
    }

    /** The notices that wait, the oldest first. */
    static List<StoreEntry> waiting(StoreTransaction store) {
        return store.scanPrefix(TABLE, ROW_PREFIX, MOST);
    }

    private static long count(StoreTransaction store) {
        byte[] count = store.get(TABLE, COUNT_ROW);
        return count == null ? 0 : Long.parseLong(new String(count, StandardCharsets.US_ASCII));
    }

    private static String row(long number) {
        return ROW_PREFIX + String.format(Locale.ROOT, "%019d", number);
    }
}
