package dev.waxwing.model;

import static java.util.Objects.requireNonNull;

import java.util.Optional;

/** What a receipt says. Source of the wire names: peers Baileys and whatsmeow. */
public enum ReceiptType {
    /** The message reached a device and was decrypted. */
    DELIVERY(""),
    /** As {@link #DELIVERY}, from a device whose user is not active. */
    INACTIVE("inactive"),
    /** The reader opened the chat. */
    READ("read"),
    /** Read on another device of this account, not told to the author. */
    READ_SELF("read-self"),
    /** A voice or view-once message was played. */
    PLAYED("played"),
    /** Played on another device of this account, not told to the author. */
    PLAYED_SELF("played-self"),
    /** Another device of this account has its copy of a message that this account sent. */
    SENDER("sender"),
    /** A device could not decrypt the message and asks for it again. */
    RETRY("retry"),
    /** A message among this account's own devices was received. */
    PEER("peer_msg"),
    /** A history notification was received. */
    HISTORY_SYNC("hist_sync"),
    /** Media of the message is no longer on the server. */
    SERVER_ERROR("server-error");

    private final String wireName;

    ReceiptType(String wireName) {
        this.wireName = wireName;
    }

    /**
     * The {@code type} attribute of the receipt stanza.
     *
     * @return the name, empty for {@link #DELIVERY}, which has no such attribute
     */
    public String wireName() {
        return wireName;
    }

    /**
     * Finds a type by its wire name.
     *
     * @param wireName the {@code type} attribute, empty if the receipt has none
     * @return the type, empty if unknown
     */
    public static Optional<ReceiptType> ofWireName(String wireName) {
        requireNonNull(wireName, "wireName");
        for (ReceiptType type : values()) {
            if (type.wireName.equals(wireName)) {
                return Optional.of(type);
            }
        }
        return Optional.empty();
    }
}
