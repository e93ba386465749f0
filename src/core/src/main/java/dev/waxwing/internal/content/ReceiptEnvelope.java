package dev.waxwing.internal.content;

import static java.util.Objects.requireNonNull;

import dev.waxwing.error.ProtocolViolationException;
import dev.waxwing.internal.account.Self;
import dev.waxwing.internal.binary.Node;
import dev.waxwing.model.Jid;
import dev.waxwing.model.ReceiptType;
import java.util.Optional;

/**
 * The outside of a received {@code <receipt>}: who may say what about which message. Only a device of this account
 * names another person's chat or another author, and only it tells what was read elsewhere; whoever else sends a
 * receipt speaks of this account's messages in the chat that it comes from. Rules as peers whatsmeow and whatsapp-rust
 * apply them.
 *
 * @param chat the chat of the messages, without a device
 * @param sender whose device sent it, without the device; where several people are told of, the chat
 * @param fromMe whether that is a device of this account
 * @param author who wrote the messages, where a device of this account names somebody
 */
public record ReceiptEnvelope(Jid chat, Jid sender, boolean fromMe, Optional<Jid> author) {

    /**
     * Checks that nothing is null.
     *
     * @param chat the chat of the messages, without a device
     * @param sender whose device sent it, without the device; where several people are told of, the chat
     * @param fromMe whether that is a device of this account
     * @param author who wrote the messages, where a device of this account names somebody
     */
    public ReceiptEnvelope {
        requireNonNull(chat, "chat");
        requireNonNull(sender, "sender");
        requireNonNull(author, "author");
    }

    /**
     * Reads the outside of a receipt.
     *
     * @param receipt a {@code <receipt>}
     * @param self this account
     * @return the envelope
     * @throws ProtocolViolationException if an attribute is missing or not allowed
     */
    public static ReceiptEnvelope parse(Node receipt, Self self) {
        Jid from = requireKnown(receipt.requireJid("from"));
        Jid participant = receipt.jid("participant");
        Jid recipient = receipt.jid("recipient");
        boolean inOneChat = !Audience.of(from).hasAuthors();
        Jid sender = requireKnown(inOneChat || participant == null ? from : participant);
        boolean fromMe = self.includes(sender);
        if (recipient != null && !fromMe) {
            throw new ProtocolViolationException("<receipt> of somebody else names a recipient");
        }
        if (inOneChat) {
            Jid chat = recipient == null ? from : requireKnown(recipient);
            return new ReceiptEnvelope(chat.person(), sender.person(), fromMe, Optional.empty());
        }
        return new ReceiptEnvelope(
                from.person(),
                sender.person(),
                fromMe,
                Optional.ofNullable(recipient).map(Jid::person));
    }

    /**
     * The same for one of several people that a receipt tells of.
     *
     * @param user the person
     * @param self this account
     * @return the envelope
     * @throws ProtocolViolationException if that is nobody
     */
    public ReceiptEnvelope of(Jid user, Self self) {
        return new ReceiptEnvelope(chat, requireKnown(user).person(), self.includes(user), Optional.empty());
    }

    /**
     * What a type means from this sender: a device of this account that read something read what somebody else wrote.
     *
     * @param type the type as it came
     * @return its meaning
     * @throws ProtocolViolationException if only devices of this account may say so, and this is none
     */
    public ReceiptType meaning(ReceiptType type) {
        return switch (type) {
            case READ -> isElsewhere() ? ReceiptType.READ_SELF : type;
            case PLAYED -> isElsewhere() ? ReceiptType.PLAYED_SELF : type;
            case READ_SELF, PLAYED_SELF, SENDER, PEER, HISTORY_SYNC -> {
                if (!fromMe) {
                    throw new ProtocolViolationException("<receipt type=" + type.wireName() + "> of somebody else");
                }
                yield type;
            }
            default -> type;
        };
    }

    /**
     * Whether a device of this account speaks of a chat with others, so that what it has says nothing of them.
     *
     * @return false for others, and in the chat of this account with itself
     */
    public boolean isElsewhere() {
        return fromMe && !chat.sameUser(sender);
    }

    private static Jid requireKnown(Jid address) {
        if (!address.server().isKnown()) {
            throw new ProtocolViolationException("<receipt> of or to nobody that this version knows: " + address);
        }
        return address;
    }
}
