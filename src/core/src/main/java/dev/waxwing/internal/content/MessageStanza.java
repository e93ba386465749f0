package dev.waxwing.internal.content;

import dev.waxwing.internal.binary.Node;
import dev.waxwing.internal.signal.engine.Ciphertext;
import dev.waxwing.model.Jid;
import dev.waxwing.model.MessageKey;
import dev.waxwing.model.StatusSetting;
import java.util.List;
import java.util.Optional;

/** Step 5 of sending: the {@code <message>} stanza. Shape as peers Baileys, whatsmeow and whatsapp-rust send it. */
public final class MessageStanza {

    private static final String ENC_VERSION = "2";
    private static final String REVOKED_BY_ADMIN = "8";

    private MessageStanza() {}

    /**
     * The copy of one device.
     *
     * @param device whom it is for
     * @param ciphertext the message encrypted for it
     * @param kind what kind of message it is
     * @return a {@code <to>}
     */
    public static Node participant(Jid device, Ciphertext ciphertext, StanzaKind kind) {
        return Node.builder("to")
                .attr("jid", device)
                .child(enc(ciphertext, kind).build())
                .build();
    }

    /**
     * A ciphertext, to which attributes may be added.
     *
     * @param ciphertext the encrypted message
     * @param kind what kind of message it is
     * @return an {@code <enc>}
     */
    public static Node.Builder enc(Ciphertext ciphertext, StanzaKind kind) {
        return Node.builder("enc")
                .attr("v", ENC_VERSION)
                .attr("type", ciphertext.type().wireName())
                .attrIfPresent("mediatype", kind.mediaType())
                .attrIfPresent("decrypt-fail", kind.isHidden() ? "hide" : null)
                .bytes(ciphertext.bytes());
    }

    /**
     * A message among the account's own devices, which nobody else gets; without the wrapper of copies, as peers
     * whatsmeow and whatsapp-rust send it.
     *
     * @param id the message id
     * @param phone this account's phone
     * @param ciphertext the message encrypted for it
     * @param account this account's signed device identity, which the phone needs to check a pre-key message
     * @return a {@code <message>}
     */
    public static Node toOwnPhone(String id, Jid phone, Ciphertext ciphertext, Optional<byte[]> account) {
        Node.Builder stanza = Node.builder("message")
                .attr("id", id)
                .attr("to", phone)
                .attr("type", "text")
                .attr("category", "peer")
                .attr("push_priority", "high_force")
                .child(Node.builder("meta").attr("appdata", "default").build())
                .child(Node.builder("enc")
                        .attr("v", ENC_VERSION)
                        .attr("type", ciphertext.type().wireName())
                        .bytes(ciphertext.bytes())
                        .build());
        if (ciphertext.type() == Ciphertext.Type.PKMSG) {
            account.ifPresent(identity ->
                    stanza.child(Node.builder("device-identity").bytes(identity).build()));
        }
        return stanza.build();
    }

    /**
     * A message to a person.
     *
     * @param key what identifies it
     * @param kind what kind of message it is
     * @param participants the copies of the devices
     * @param account this account's signed device identity, which a recipient needs to check a pre-key message
     * @return a {@code <message>}
     */
    public static Node toPerson(MessageKey key, StanzaKind kind, List<Node> participants, Optional<byte[]> account) {
        Node.Builder stanza = Node.builder("message")
                .attr("id", key.id())
                .attr("to", key.remoteJid())
                .attr("type", kind.type())
                .attrIfPresent("edit", kind.edit());
        if (key.remoteJid().isLid()) {
            key.remoteJidAlt().ifPresent(phone -> stanza.attr("peer_recipient_pn", phone));
        }
        stanza.child(Node.builder("participants").children(participants).build());
        account.ifPresent(identity ->
                stanza.child(Node.builder("device-identity").bytes(identity).build()));
        kind.children().forEach(stanza::child);
        return stanza.build();
    }

    /**
     * The copy of one device that gets nothing but the sender key. A device that cannot open it shows nothing of it.
     *
     * @param device whom it is for, in the form of address that the group uses
     * @param ciphertext the key encrypted for it
     * @return a {@code <to>}
     */
    public static Node keyHolder(Jid device, Ciphertext ciphertext) {
        return Node.builder("to")
                .attr("jid", device)
                .child(Node.builder("enc")
                        .attr("v", ENC_VERSION)
                        .attr("type", ciphertext.type().wireName())
                        .attr("decrypt-fail", "hide")
                        .bytes(ciphertext.bytes())
                        .build())
                .build();
    }

    /**
     * A message to a group: one ciphertext for all.
     *
     * @param key what identifies it
     * @param kind what kind of message it is
     * @param byLid whether people appear in the group by LID
     * @param hash of all devices that the sender takes for the group's, its own included
     * @param newHolders the copies of the devices that do not have the sender key yet
     * @param ciphertext the {@code skmsg}
     * @param account this account's signed device identity, which a recipient needs to check a pre-key message
     * @return a {@code <message>}
     */
    public static Node toGroup(
            MessageKey key,
            StanzaKind kind,
            boolean byLid,
            String hash,
            List<Node> newHolders,
            byte[] ciphertext,
            Optional<byte[]> account) {
        Node.Builder stanza = Node.builder("message")
                .attr("id", key.id())
                .attr("to", key.remoteJid())
                .attr("type", kind.type())
                .attr("addressing_mode", byLid ? "lid" : "pn")
                .attr("phash", hash)
                .attrIfPresent("edit", kind.edit());
        if (!newHolders.isEmpty()) {
            stanza.child(Node.builder("participants").children(newHolders).build());
        }
        stanza.child(forAll(kind, ciphertext));
        account.ifPresent(identity ->
                stanza.child(Node.builder("device-identity").bytes(identity).build()));
        kind.children().forEach(stanza::child);
        return stanza.build();
    }

    /**
     * A message to people whom it names: a status, or one to a broadcast list. Without the form of address and the hash
     * that a group's has: the service refuses the former (peer whatsapp-rust).
     *
     * @param key what identifies it
     * @param kind what kind of message it is
     * @param setting by which setting the people of a status post were chosen; empty for what is no post
     * @param people a copy of the key for each device that does not have it, and the names of those who get none
     * @param ciphertext the {@code skmsg}
     * @param account this account's signed device identity, which a recipient needs to check a pre-key message
     * @return a {@code <message>}
     */
    public static Node toListed(
            MessageKey key,
            StanzaKind kind,
            Optional<StatusSetting> setting,
            List<Node> people,
            byte[] ciphertext,
            Optional<byte[]> account) {
        Node.Builder stanza = Node.builder("message")
                .attr("id", key.id())
                .attr("to", key.remoteJid())
                .attr("type", kind.type())
                .attrIfPresent("edit", kind.edit())
                .child(Node.builder("participants").children(people).build())
                .child(forAll(kind, ciphertext));
        account.ifPresent(identity ->
                stanza.child(Node.builder("device-identity").bytes(identity).build()));
        kind.children().forEach(stanza::child);
        setting.ifPresent(chosen -> stanza.child(
                Node.builder("meta").attr("status_setting", chosen.wireName()).build()));
        return stanza.build();
    }

    private static Node forAll(StanzaKind kind, byte[] ciphertext) {
        // An admin's revoke is refused by the service if it is hidden (peer whatsapp-rust).
        boolean isHidden = kind.isHidden() && !REVOKED_BY_ADMIN.equals(kind.edit());
        return Node.builder("enc")
                .attr("v", ENC_VERSION)
                .attr("type", "skmsg")
                .attrIfPresent("mediatype", kind.mediaType())
                .attrIfPresent("decrypt-fail", isHidden ? "hide" : null)
                .bytes(ciphertext)
                .build();
    }
}
