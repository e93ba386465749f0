package dev.waxwing.store;

import java.util.List;

/** The tables that tests write: those of the library's first version, and one that an area or an application made. */
final class StoreTables {

    static final StoreTable MADE_BY_AN_AREA = StoreTable.of("app_notes");

    private StoreTables() {}

    static List<StoreTable> all() {
        return List.of(
                StoreTable.CREDENTIALS,
                StoreTable.PRE_KEYS,
                StoreTable.SIGNED_PRE_KEYS,
                StoreTable.SESSIONS,
                StoreTable.IDENTITIES,
                StoreTable.SENDER_KEYS,
                StoreTable.SKIPPED_SENDER_KEYS,
                StoreTable.DEVICE_LISTS,
                StoreTable.LID_MAPPINGS,
                StoreTable.OUTBOX,
                StoreTable.SENT_MESSAGES,
                StoreTable.INBOX,
                StoreTable.MISSING_MESSAGES,
                StoreTable.CHAT_TIMERS,
                MADE_BY_AN_AREA);
    }
}
