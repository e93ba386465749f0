package dev.waxwing.model;

import static java.util.Objects.requireNonNull;

import java.util.Optional;

/**
 * What identifies a message: its chat, its author's side, its id, and in groups its author.
 *
 * <p>A person may be known by phone number and by LID. {@code remoteJid} and {@code participant} hold the form that the
 * conversation uses; the {@code …Alt} fields hold the other form when it is known.
 *
 * @param remoteJid the chat: a user, a group or a broadcast, without a device
 * @param fromMe true if this account sent the message, from whichever device
 * @param id the message id, never empty
 * @param participant the author in a group or broadcast, without a device; empty in one-to-one chats
 * @param remoteJidAlt the other form of {@code remoteJid}, if known
 * @param participantAlt the other form of {@code participant}, if known
 */
public record MessageKey(
        Jid remoteJid,
        boolean fromMe,
        String id,
        Optional<Jid> participant,
        Optional<Jid> remoteJidAlt,
        Optional<Jid> participantAlt) {

    /**
     * Checks the parts.
     *
     * @param remoteJid the chat
     * @param fromMe true if this account sent the message
     * @param id the message id, never empty
     * @param participant the author in a group or broadcast
     * @param remoteJidAlt the other form of {@code remoteJid}
     * @param participantAlt the other form of {@code participant}
     */
    public MessageKey {
        requireNonNull(remoteJid, "remoteJid");
        requireNonNull(participant, "participant");
        requireNonNull(remoteJidAlt, "remoteJidAlt");
        requireNonNull(participantAlt, "participantAlt");
        if (id.isEmpty()) {
            throw new IllegalArgumentException("id must not be empty");
        }
    }

    /**
     * A key in a one-to-one chat.
     *
     * @param remoteJid the chat
     * @param fromMe true if this account sent the message
     * @param id the message id, never empty
     * @return the key
     */
    public static MessageKey of(Jid remoteJid, boolean fromMe, String id) {
        return new MessageKey(remoteJid, fromMe, id, Optional.empty(), Optional.empty(), Optional.empty());
    }
}
