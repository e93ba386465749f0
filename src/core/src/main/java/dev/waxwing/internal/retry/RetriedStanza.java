package dev.waxwing.internal.retry;

import dev.waxwing.internal.binary.Node;
import dev.waxwing.internal.content.DeviceSent;
import dev.waxwing.internal.content.MessagePadding;
import dev.waxwing.internal.content.MessageStanza;
import dev.waxwing.internal.content.StanzaKind;
import dev.waxwing.internal.outbox.SentMessages.Sent;
import dev.waxwing.internal.retry.RetryReceipt.Request;
import dev.waxwing.internal.signal.engine.Ciphertext;
import dev.waxwing.model.Jid;
import java.util.Optional;
import java.util.function.Function;

/**
 * A message once more, for the one device that asked. The ciphertext is a direct child: the service refuses a
 * participant list here (peer whatsapp-rust).
 */
public final class RetriedStanza {

    private RetriedStanza() {}

    /**
     * Writes the stanza of a message that goes out again to one device.
     *
     * @param kind the attributes of the message
     * @param request what is answered; its requester is addressed as it introduced itself
     * @param ownDevice whether the requester is a device of this account
     * @param account this account's signed device identity, which goes with a pre-key message
     * @param encrypt encrypts for the requester
     */
    static Node of(
            Sent message,
            StanzaKind kind,
            Request request,
            boolean ownDevice,
            Optional<byte[]> account,
            Function<byte[], Ciphertext> encrypt) {
        Jid chat = message.key().remoteJid();
        byte[] plain = ownDevice
                ? DeviceSent.wrap(message.message(), chat).toByteArray()
                : message.message().toByteArray();
        Ciphertext ciphertext = encrypt.apply(MessagePadding.pad(plain));
        Node.Builder stanza = Node.builder("message")
                .attr("id", message.key().id())
                .attr("to", request.requester())
                .attr("type", kind.type())
                .attr("device_fanout", "false")
                .attrIfPresent("recipient", ownDevice ? chat : null)
                .attrIfPresent("edit", kind.edit() == null ? request.edit() : kind.edit())
                .child(MessageStanza.enc(ciphertext, kind)
                        .attr("count", request.count())
                        .build());
        if (ciphertext.type() == Ciphertext.Type.PKMSG) {
            account.ifPresent(identity ->
                    stanza.child(Node.builder("device-identity").bytes(identity).build()));
        }
        return stanza.build();
    }
}
