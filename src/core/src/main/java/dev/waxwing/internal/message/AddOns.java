package dev.waxwing.internal.message;

import static java.util.Objects.requireNonNull;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.waxwing.error.ProtocolViolationException;
import dev.waxwing.event.MessageSealed;
import dev.waxwing.internal.account.Self;
import dev.waxwing.internal.addon.AddOn;
import dev.waxwing.internal.addon.AddOnCipher;
import dev.waxwing.internal.addon.AddOnKind;
import dev.waxwing.internal.address.LidMappings;
import dev.waxwing.internal.area.MessageOrigin;
import dev.waxwing.internal.inbox.ReceivedIds;
import dev.waxwing.internal.outbox.SentMessages;
import dev.waxwing.model.EventResponse;
import dev.waxwing.model.Jid;
import dev.waxwing.model.MessageKey;
import dev.waxwing.model.MessageWrappers;
import dev.waxwing.model.content.PollVote;
import dev.waxwing.model.content.WireKeys;
import dev.waxwing.proto.e2e.CommentMessage;
import dev.waxwing.proto.e2e.EventResponseMessage;
import dev.waxwing.proto.e2e.Message;
import dev.waxwing.proto.e2e.PollVoteMessage;
import dev.waxwing.proto.e2e.ProtocolMessage;
import dev.waxwing.proto.e2e.ReactionMessage;
import dev.waxwing.store.StoreTransaction;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Opens what is sealed by the secret of the message that it is about, and gives it the form that the same thing has
 * when it is not sealed: from there on an encrypted edit is an edit. Runs in the transaction that opened the message.
 */
final class AddOns {

    /** More than any poll has. */
    private static final int MOST_OPTIONS = 1_000;

    private final Supplier<Self> self;
    private final LidMappings lids;

    AddOns(Supplier<Self> self, LidMappings lids) {
        this.self = requireNonNull(self, "self");
        this.lids = requireNonNull(lids, "lids");
    }

    /**
     * What became of an add-on.
     *
     * @param target the message that it is about
     * @param message what it says, null if it stays as it is
     * @param sealed why it was not opened, null if it was
     * @param vote what it votes for, null if it is no vote
     * @param response what it answers, null if it is no response to an event
     */
    record Outcome(
            MessageKey target,
            @Nullable Message message,
            MessageSealed.@Nullable Reason sealed,
            @Nullable PollVote vote,
            @Nullable EventResponse response) {

        static Outcome sealed(MessageKey target, MessageSealed.Reason reason) {
            return new Outcome(target, null, reason, null, null);
        }
    }

    /**
     * Opens a message if it is an add-on.
     *
     * @param message the message, with its keys as this account knows them
     * @param author who wrote it
     * @param transaction the open transaction
     * @return what became of it; empty if it is no add-on
     * @throws ProtocolViolationException if it can never be opened, or what is in it cannot be read
     */
    Optional<Outcome> open(Message message, Jid author, StoreTransaction transaction) {
        return AddOn.of(message).map(addOn -> {
            MessageKey target = addOn.target();
            List<Jid> originals = authorOf(target, transaction);
            Optional<byte[]> secret = secretOf(target, originals, transaction);
            if (secret.isEmpty()) {
                return Outcome.sealed(target, MessageSealed.Reason.TARGET_UNKNOWN);
            }
            return plaintext(addOn, secret.get(), originals, formsOf(author, transaction))
                    .map(plain -> unsealed(addOn, message, plain))
                    .orElse(Outcome.sealed(target, MessageSealed.Reason.NOT_AUTHENTIC));
        });
    }

    private List<Jid> authorOf(MessageKey target, StoreTransaction transaction) {
        if (target.fromMe()) {
            return ownForms();
        }
        return formsOf(target.participant().orElse(target.remoteJid()), transaction);
    }

    private List<Jid> formsOf(Jid person, StoreTransaction transaction) {
        return self.get().includes(person)
                ? ownForms()
                : lids.formsOf(lids.canonical(person.person(), transaction), transaction);
    }

    private List<Jid> ownForms() {
        return Stream.of(self.get().lid(), self.get().me())
                .flatMap(Optional::stream)
                .map(Jid::person)
                .toList();
    }

    private Optional<byte[]> secretOf(MessageKey target, List<Jid> author, StoreTransaction transaction) {
        Optional<byte[]> own = target.fromMe()
                ? SentMessages.contentOf(transaction, target.id())
                        .map(sent ->
                                sent.getMessageContextInfo().getMessageSecret().toByteArray())
                        .filter(secret -> secret.length == ReceivedIds.SECRET_BYTES)
                : Optional.empty();
        List<Jid> chat = formsOf(target.remoteJid(), transaction);
        return own.or(() -> ReceivedIds.secretOf(transaction, target.id(), new MessageOrigin(chat, author)));
    }

    /** Which form of an address goes into the key differs between clients and chats. */
    private static Optional<byte[]> plaintext(AddOn addOn, byte[] secret, List<Jid> originals, List<Jid> modifiers) {
        // Peer whatsmeow has seen options that were added under the key of an edit.
        List<AddOnKind> kinds = addOn.kind() == AddOnKind.POLL_ADD_OPTION
                ? List.of(AddOnKind.POLL_ADD_OPTION, AddOnKind.POLL_EDIT)
                : List.of(addOn.kind());
        for (AddOnKind kind : kinds) {
            for (Jid original : originals) {
                for (Jid modifier : modifiers) {
                    Optional<byte[]> plain = AddOnCipher.open(
                            addOn,
                            new AddOnCipher.Binding(kind, secret, addOn.target().id(), original, modifier));
                    if (plain.isPresent()) {
                        return plain;
                    }
                }
            }
        }
        return Optional.empty();
    }

    private static Outcome unsealed(AddOn addOn, Message outer, byte[] plain) {
        dev.waxwing.proto.common.MessageKey target = WireKeys.write(addOn.target());
        Message.Builder message = Message.newBuilder();
        if (outer.hasMessageContextInfo()) {
            message.setMessageContextInfo(outer.getMessageContextInfo());
        }
        try {
            switch (addOn.kind()) {
                case REACTION ->
                    message.setReactionMessage(
                            ReactionMessage.parseFrom(plain).toBuilder().setKey(target));
                case COMMENT ->
                    message.setCommentMessage(CommentMessage.newBuilder()
                            .setTargetMessageKey(target)
                            .setMessage(Message.parseFrom(plain)));
                case MESSAGE_EDIT, EVENT_EDIT, POLL_EDIT ->
                    message.setProtocolMessage(edit(Message.parseFrom(plain)).setKey(target));
                case POLL_VOTE -> {
                    return new Outcome(addOn.target(), null, null, vote(outer, plain), null);
                }
                case EVENT_RESPONSE -> {
                    return new Outcome(addOn.target(), null, null, null, response(plain));
                }
                default -> {
                    return new Outcome(addOn.target(), null, null, null, null);
                }
            }
        } catch (InvalidProtocolBufferException e) {
            throw new ProtocolViolationException("what a " + addOn.kind() + " holds is no protobuf message", e);
        }
        return new Outcome(addOn.target(), message.build(), null, null, null);
    }

    private static PollVote vote(Message outer, byte[] plain) throws InvalidProtocolBufferException {
        List<String> hashes = PollVoteMessage.parseFrom(plain).getSelectedOptionsList().stream()
                .limit(MOST_OPTIONS)
                .map(hash -> HexFormat.of().formatHex(hash.toByteArray()))
                .distinct()
                .toList();
        long votedAt = MessageWrappers.unwrapped(outer).getPollUpdateMessage().getSenderTimestampMS();
        return new PollVote(hashes, Instant.ofEpochMilli(votedAt));
    }

    private static EventResponse response(byte[] plain) throws InvalidProtocolBufferException {
        EventResponseMessage wire = EventResponseMessage.parseFrom(plain);
        EventResponse.Answer answer = switch (wire.getResponse()) {
            case GOING -> EventResponse.Answer.GOING;
            case NOT_GOING -> EventResponse.Answer.NOT_GOING;
            case MAYBE -> EventResponse.Answer.MAYBE;
            default -> EventResponse.Answer.UNKNOWN;
        };
        return new EventResponse(
                answer, Math.max(0, wire.getExtraGuestCount()), Instant.ofEpochMilli(wire.getTimestampMS()));
    }

    /** Whatever was sealed becomes an edit and nothing else: it must not speak as another protocol message. */
    private static ProtocolMessage.Builder edit(Message sealed) {
        ProtocolMessage inner = MessageWrappers.unwrapped(sealed).getProtocolMessage();
        boolean isEdit = inner.getType() == ProtocolMessage.Type.MESSAGE_EDIT;
        ProtocolMessage.Builder edit = ProtocolMessage.newBuilder()
                .setType(ProtocolMessage.Type.MESSAGE_EDIT)
                .setEditedMessage(isEdit ? inner.getEditedMessage() : sealed);
        if (inner.hasTimestampMS()) {
            edit.setTimestampMS(inner.getTimestampMS());
        }
        return edit;
    }
}
