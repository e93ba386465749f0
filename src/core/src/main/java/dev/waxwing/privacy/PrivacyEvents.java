package dev.waxwing.privacy;

import dev.waxwing.event.EventKey;

/** The keys of the events of privacy. What this device changes itself is not told. */
public final class PrivacyEvents {

    /** {@code blocklist.set}: the block list was read. */
    public static final EventKey<BlocklistSet> BLOCKLIST_SET = new EventKey<>("blocklist.set", BlocklistSet.class);

    /** {@code blocklist.update}: another device blocked somebody, or not any more. */
    public static final EventKey<BlocklistUpdate> BLOCKLIST_UPDATE =
            new EventKey<>("blocklist.update", BlocklistUpdate.class);

    /** {@code privacy.update}: another device changed privacy settings. */
    public static final EventKey<PrivacyUpdate> PRIVACY_UPDATE = new EventKey<>("privacy.update", PrivacyUpdate.class);

    /**
     * {@code reachout-timelock.update}: the service keeps this account from writing to strangers, or not any more. In
     * Baileys {@code reachoutTimeLock} of {@code connection.update}.
     */
    public static final EventKey<ReachoutTimelock> REACHOUT_TIMELOCK_UPDATE =
            new EventKey<>("reachout-timelock.update", ReachoutTimelock.class);

    /** {@code message-capping.update}: how many chats this account may begin. */
    public static final EventKey<NewChatMessageCap> MESSAGE_CAPPING_UPDATE =
            new EventKey<>("message-capping.update", NewChatMessageCap.class);

    private PrivacyEvents() {}
}
