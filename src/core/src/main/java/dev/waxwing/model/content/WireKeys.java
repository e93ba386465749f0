package dev.waxwing.model.content;

import static java.util.Objects.requireNonNull;

import dev.waxwing.model.Jid;
import dev.waxwing.model.MessageKey;

/** The keys by which a message names another. */
public final class WireKeys {

    private WireKeys() {}

    /**
     * Writes a key.
     *
     * @param key names the message
     * @return the key in its wire form
     */
    public static dev.waxwing.proto.common.MessageKey write(MessageKey key) {
        dev.waxwing.proto.common.MessageKey.Builder wire = dev.waxwing.proto.common.MessageKey.newBuilder()
                .setRemoteJID(requireNonNull(key, "key").remoteJid().toString())
                .setFromMe(key.fromMe())
                .setID(key.id());
        key.participant().ifPresent(author -> wire.setParticipant(author.toString()));
        return wire.build();
    }

    /**
     * Reads a key.
     *
     * @param wire the key in its wire form
     * @return the key, without the other forms of its addresses
     * @throws IllegalArgumentException if it has no id or no chat, or an address that is none
     */
    public static MessageKey read(dev.waxwing.proto.common.MessageKey wire) {
        requireNonNull(wire, "wire");
        try {
            MessageKey.Builder key = MessageKey.builder(Jid.parse(wire.getRemoteJID()), wire.getFromMe(), wire.getID());
            if (wire.hasParticipant() && !wire.getParticipant().isEmpty()) {
                key.participant(Jid.parse(wire.getParticipant()).person());
            }
            return key.build();
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("wire must name a message but " + e.getMessage(), e);
        }
    }
}
