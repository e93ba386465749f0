package dev.waxwing.event;

/** The keys of all events, under the names that users of Baileys know. */
public final class Events {

    /**
     * {@code connection.update}: the connection changed state, a QR code is to be shown, or a backlog was worked off.
     */
    public static final EventKey<ConnectionUpdate> CONNECTION_UPDATE =
            new EventKey<>("connection.update", ConnectionUpdate.class);

    /** {@code creds.update}: the account's credentials changed. They are already stored when this is published. */
    public static final EventKey<CredsUpdate> CREDS_UPDATE = new EventKey<>("creds.update", CredsUpdate.class);

    /** {@code messages.upsert}: messages arrived, or were sent from another device of this account. */
    public static final EventKey<MessagesUpsert> MESSAGES_UPSERT =
            new EventKey<>("messages.upsert", MessagesUpsert.class);

    /**
     * {@code messages.update}: messages changed: how far they came, for example from sent to delivered, or what is in
     * them, as they were edited, deleted, pinned or kept. What changed them came by {@code messages.upsert} as well,
     * which alone is told again after a crash; save for a star, which is this account's own business.
     */
    public static final EventKey<MessagesUpdate> MESSAGES_UPDATE =
            new EventKey<>("messages.update", MessagesUpdate.class);

    /** {@code messages.reaction}: people reacted to messages; told by {@code messages.upsert} as well. */
    public static final EventKey<MessagesReaction> MESSAGES_REACTION =
            new EventKey<>("messages.reaction", MessagesReaction.class);

    /** {@code message-receipt.update}: a receipt of one recipient arrived. */
    public static final EventKey<MessageReceiptUpdate> MESSAGE_RECEIPT_UPDATE =
            new EventKey<>("message-receipt.update", MessageReceiptUpdate.class);

    /** {@code message.undecryptable}: a message arrived and could not be decrypted. */
    public static final EventKey<MessageUndecryptable> MESSAGE_UNDECRYPTABLE =
            new EventKey<>("message.undecryptable", MessageUndecryptable.class);

    /** {@code message.sealed}: a vote, an encrypted edit or the like arrived and could not be opened. */
    public static final EventKey<MessageSealed> MESSAGE_SEALED = new EventKey<>("message.sealed", MessageSealed.class);

    /**
     * {@code message.unhandled}: a listener threw on a message as often as it was called with it; see {@code
     * ListenerRetry}.
     */
    public static final EventKey<MessageUnhandled> MESSAGE_UNHANDLED =
            new EventKey<>("message.unhandled", MessageUnhandled.class);

    /** {@code identity.change}: a person has a new identity key. */
    public static final EventKey<IdentityChange> IDENTITY_CHANGE =
            new EventKey<>("identity.change", IdentityChange.class);

    /** {@code stanza.refused}: something arrived that says what its sender may not say, or that cannot be read. */
    public static final EventKey<StanzaRefused> STANZA_REFUSED = new EventKey<>("stanza.refused", StanzaRefused.class);

    /**
     * {@code message.trace}: the steps of the send or receive pipeline that one message took, with timings. Published
     * only when the socket was configured to trace.
     */
    public static final EventKey<MessageTrace> MESSAGE_TRACE = new EventKey<>("message.trace", MessageTrace.class);

    private Events() {}
}
