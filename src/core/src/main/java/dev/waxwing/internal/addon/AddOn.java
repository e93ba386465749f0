package dev.waxwing.internal.addon;

import com.google.protobuf.ByteString;
import dev.waxwing.error.ProtocolViolationException;
import dev.waxwing.internal.crypto.AesGcm;
import dev.waxwing.model.MessageKey;
import dev.waxwing.model.MessageWrappers;
import dev.waxwing.model.content.WireKeys;
import dev.waxwing.proto.e2e.EncCommentMessage;
import dev.waxwing.proto.e2e.EncEventResponseMessage;
import dev.waxwing.proto.e2e.EncReactionMessage;
import dev.waxwing.proto.e2e.Message;
import dev.waxwing.proto.e2e.PollUpdateMessage;
import dev.waxwing.proto.e2e.SecretEncryptedMessage;
import java.util.Optional;

/**
 * A message about another one that is sealed by the other one's secret, as it came. Its sizes are checked.
 *
 * @param kind what it is
 * @param target the message that it is about, as its author names it
 * @param iv 12 bytes
 * @param payload the ciphertext and its tag
 */
public record AddOn(AddOnKind kind, MessageKey target, byte[] iv, byte[] payload) {

    /** More than an edit with the longest text has. */
    private static final int MAX_PAYLOAD_BYTES = 1 << 20;

    /**
     * Reads an add-on.
     *
     * @param message any message, wrapped or not
     * @return the add-on; empty if the message is none, or one of a kind that this version does not know
     * @throws ProtocolViolationException if it is one and cannot be opened whatever the secret
     */
    public static Optional<AddOn> of(Message message) {
        Message inner = MessageWrappers.unwrapped(message);
        if (inner.hasPollUpdateMessage()) {
            PollUpdateMessage vote = inner.getPollUpdateMessage();
            return Optional.of(checked(
                    AddOnKind.POLL_VOTE,
                    vote.getPollCreationMessageKey(),
                    vote.getVote().getEncIV(),
                    vote.getVote().getEncPayload()));
        }
        if (inner.hasEncEventResponseMessage()) {
            EncEventResponseMessage response = inner.getEncEventResponseMessage();
            return Optional.of(checked(
                    AddOnKind.EVENT_RESPONSE,
                    response.getEventCreationMessageKey(),
                    response.getEncIV(),
                    response.getEncPayload()));
        }
        if (inner.hasEncReactionMessage()) {
            EncReactionMessage reaction = inner.getEncReactionMessage();
            return Optional.of(checked(
                    AddOnKind.REACTION, reaction.getTargetMessageKey(), reaction.getEncIV(), reaction.getEncPayload()));
        }
        if (inner.hasEncCommentMessage()) {
            EncCommentMessage comment = inner.getEncCommentMessage();
            return Optional.of(checked(
                    AddOnKind.COMMENT, comment.getTargetMessageKey(), comment.getEncIV(), comment.getEncPayload()));
        }
        if (inner.hasSecretEncryptedMessage()) {
            SecretEncryptedMessage sealed = inner.getSecretEncryptedMessage();
            return kindOf(sealed)
                    .map(kind ->
                            checked(kind, sealed.getTargetMessageKey(), sealed.getEncIV(), sealed.getEncPayload()));
        }
        return Optional.empty();
    }

    private static Optional<AddOnKind> kindOf(SecretEncryptedMessage sealed) {
        return switch (sealed.getSecretEncType()) {
            case MESSAGE_EDIT -> Optional.of(AddOnKind.MESSAGE_EDIT);
            case EVENT_EDIT -> Optional.of(AddOnKind.EVENT_EDIT);
            case POLL_EDIT -> Optional.of(AddOnKind.POLL_EDIT);
            case POLL_ADD_OPTION -> Optional.of(AddOnKind.POLL_ADD_OPTION);
            default -> Optional.empty();
        };
    }

    private static AddOn checked(
            AddOnKind kind, dev.waxwing.proto.common.MessageKey target, ByteString iv, ByteString payload) {
        if (iv.size() != AesGcm.NONCE_BYTES) {
            throw new ProtocolViolationException("the IV of a " + kind + " has " + iv.size() + " bytes");
        }
        if (payload.size() < AesGcm.TAG_BYTES || payload.size() > MAX_PAYLOAD_BYTES) {
            throw new ProtocolViolationException("the payload of a " + kind + " has " + payload.size() + " bytes");
        }
        try {
            return new AddOn(kind, WireKeys.read(target), iv.toByteArray(), payload.toByteArray());
        } catch (IllegalArgumentException e) {
            throw new ProtocolViolationException("a " + kind + " names no message", e);
        }
    }

    /** Shows what it is about. */
    @Override
    public String toString() {
        return "AddOn[" + kind + " " + target + "]";
    }
}
