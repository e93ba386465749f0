package dev.waxwing.internal.content;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.waxwing.error.ProtocolViolationException;
import dev.waxwing.internal.account.Self;
import dev.waxwing.model.Jid;
import dev.waxwing.model.MessageKey;
import dev.waxwing.proto.e2e.DeviceSentMessage;
import dev.waxwing.proto.e2e.Message;
import dev.waxwing.proto.e2e.ProtocolMessage;
import dev.waxwing.proto.e2e.SenderKeyDistributionMessage;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * The inside of a received message, out of its device-sent wrapper.
 *
 * @param chat the chat it belongs to: where the wrapper says so, another one than the envelope's
 * @param message the content
 */
public record ReceivedContent(Jid chat, Message message) {

    /** What this account's own devices tell each other; never shown as a message. */
    private static final Set<ProtocolMessage.Type> AMONG_OWN_DEVICES = Set.of(
            ProtocolMessage.Type.HISTORY_SYNC_NOTIFICATION,
            ProtocolMessage.Type.APP_STATE_SYNC_KEY_SHARE,
            ProtocolMessage.Type.APP_STATE_SYNC_KEY_REQUEST,
            ProtocolMessage.Type.APP_STATE_FATAL_EXCEPTION_NOTIFICATION,
            ProtocolMessage.Type.INITIAL_SECURITY_NOTIFICATION_SETTING_SYNC,
            ProtocolMessage.Type.PEER_DATA_OPERATION_REQUEST_MESSAGE,
            ProtocolMessage.Type.PEER_DATA_OPERATION_REQUEST_RESPONSE_MESSAGE);

    /**
     * Reads what was decrypted.
     *
     * @param envelope the outside of the message
     * @param padded the plaintext with its padding
     * @return the content
     * @throws ProtocolViolationException if the content does not parse, or somebody else claims to be this account
     */
    public static ReceivedContent of(Envelope envelope, byte[] padded) {
        Message message = parse(MessagePadding.strip(padded));
        if (!message.hasDeviceSentMessage()) {
            return new ReceivedContent(envelope.chat(), message);
        }
        if (!envelope.fromMe()) {
            throw new ProtocolViolationException("somebody else sent a device-sent message");
        }
        return unwrap(envelope, message);
    }

    /**
     * The same, with the keys by which it names other messages as this account knows those. A sender writes them from
     * its own side: what is from itself is "from me", and the chat is the one that it sees.
     *
     * @param carrier the key of this message
     * @param author who wrote this message, this account or another
     * @param self this account
     * @param otherForm given an address, the other form of it, if known
     * @return the content, empty if it names no other message
     */
    public Optional<ReceivedContent> seenFromHere(
            MessageKey carrier, Jid author, Self self, Function<Jid, Optional<Jid>> otherForm) {
        return TargetKeys.rewritten(message, key -> seenFromHere(key, carrier, author, self, otherForm))
                .map(seen -> new ReceivedContent(chat, seen));
    }

    private static dev.waxwing.proto.common.MessageKey seenFromHere(
            dev.waxwing.proto.common.MessageKey key,
            MessageKey carrier,
            Jid author,
            Self self,
            Function<Jid, Optional<Jid>> otherForm) {
        Audience audience = Audience.of(carrier.remoteJid());
        Jid target = author.person();
        if (!key.getFromMe()) {
            target = participant(key).orElseGet(() -> {
                Jid me = self.me().orElse(author).person();
                return carrier.fromMe() ? carrier.remoteJid() : me;
            });
            if (!audience.hasAuthors() && !self.includes(target)) {
                // There are two people in the chat, whatever the sender calls the other one.
                target = carrier.remoteJid();
            }
        }
        boolean fromMe = self.includes(target);
        dev.waxwing.proto.common.MessageKey.Builder seen = key.toBuilder()
                .setRemoteJID(carrier.remoteJid().toString())
                .setFromMe(fromMe)
                .clearParticipant();
        if (audience.hasAuthors()) {
            seen.setParticipant(inFormOf(author, target, otherForm).toString());
        }
        return seen.build();
    }

    private static Optional<Jid> participant(dev.waxwing.proto.common.MessageKey key) {
        try {
            return key.getParticipant().isEmpty()
                    ? Optional.empty()
                    : Optional.of(Jid.parse(key.getParticipant()).person());
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** People appear in a group by number or by LID, and a sender may have taken the other form. */
    private static Jid inFormOf(Jid example, Jid person, Function<Jid, Optional<Jid>> otherForm) {
        boolean same = example.isLid() == person.isLid();
        return same ? person : otherForm.apply(person).map(Jid::person).orElse(person);
    }

    /**
     * The key by which the sender encrypts for a group from now on.
     *
     * @param group a group or a broadcast
     * @return the distribution message, empty if the content brings none for that group
     */
    public Optional<byte[]> senderKeyFor(Jid group) {
        SenderKeyDistributionMessage distribution = message.getSenderKeyDistributionMessage();
        boolean fits = Audience.of(group).hasSenderKeys()
                && distribution.getGroupID().equals(group.toString())
                && distribution.hasAxolotlSenderKeyDistributionMessage();
        return fits
                ? Optional.of(
                        distribution.getAxolotlSenderKeyDistributionMessage().toByteArray())
                : Optional.empty();
    }

    /**
     * Whether there is anything to show.
     *
     * @return false for what only devices tell each other
     */
    public boolean isForListeners() {
        return !isAmongOwnDevices() && !isKeysOnly();
    }

    /**
     * Whether this tells of the account's history.
     *
     * @return true if so; whether the sender may say so is another question
     */
    public boolean isHistoryNotice() {
        return message.hasProtocolMessage()
                && message.getProtocolMessage().getType() == ProtocolMessage.Type.HISTORY_SYNC_NOTIFICATION;
    }

    private boolean isAmongOwnDevices() {
        return message.hasProtocolMessage()
                && AMONG_OWN_DEVICES.contains(message.getProtocolMessage().getType());
    }

    /**
     * Whether this is nothing but the key for what follows, in the same stanza or in later ones.
     *
     * @return true if so
     */
    public boolean isKeysOnly() {
        return message.hasSenderKeyDistributionMessage()
                && message.toBuilder()
                                .clearSenderKeyDistributionMessage()
                                .clearMessageContextInfo()
                                .build()
                                .getSerializedSize()
                        == 0;
    }

    private static ReceivedContent unwrap(Envelope envelope, Message outer) {
        DeviceSentMessage wrapper = outer.getDeviceSentMessage();
        Message inner = wrapper.getMessage();
        if (!inner.hasMessageContextInfo() && outer.hasMessageContextInfo()) {
            inner = inner.toBuilder()
                    .setMessageContextInfo(outer.getMessageContextInfo())
                    .build();
        }
        if (wrapper.getDestinationJID().isEmpty() && envelope.namesChat()) {
            return new ReceivedContent(envelope.chat(), inner);
        }
        try {
            return new ReceivedContent(Jid.parse(wrapper.getDestinationJID()).person(), inner);
        } catch (IllegalArgumentException e) {
            throw new ProtocolViolationException("a device-sent message names no chat", e);
        }
    }

    private static Message parse(byte[] bytes) {
        try {
            return Message.parseFrom(bytes);
        } catch (InvalidProtocolBufferException e) {
            throw new ProtocolViolationException("content of " + bytes.length + " bytes is not a protobuf message", e);
        }
    }
}
