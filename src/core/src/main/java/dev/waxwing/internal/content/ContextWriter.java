package dev.waxwing.internal.content;

import com.google.protobuf.Descriptors.FieldDescriptor;
import dev.waxwing.model.ContextPlaces;
import dev.waxwing.model.Jid;
import dev.waxwing.model.MessageWrappers;
import dev.waxwing.model.content.MessageContext;
import dev.waxwing.model.content.WebMessage;
import dev.waxwing.proto.e2e.ContextInfo;
import dev.waxwing.proto.e2e.ExtendedTextMessage;
import dev.waxwing.proto.e2e.FutureProofMessage;
import dev.waxwing.proto.e2e.Message;
import java.util.Map;
import java.util.Optional;

/** Writes what every kind of content can have, where {@link ContextPlaces} says that it belongs. */
final class ContextWriter {

    /** Each kind that can have a context, with the place for it. */
    private static final Map<FieldDescriptor, FieldDescriptor> PLACES = ContextPlaces.all();

    private static final int MOST_WRAPPERS = 8;

    private ContextWriter() {}

    /**
     * @param me the author of quoted messages that this account sent
     * @throws IllegalArgumentException if there is something to write and no place for it
     */
    static void write(MessageContext context, Jid me, Jid to, Message.Builder message) {
        ContextInfo info = toWire(context, me, to);
        if (info.getSerializedSize() > 0 && !write(info, message, MOST_WRAPPERS)) {
            throw new IllegalArgumentException(
                    "content of this kind can neither quote, mention, disappear nor be marked as forwarded");
        }
    }

    /** The innermost content of a message, without a context, keys and secrets. */
    static Message.Builder contentWithoutContext(Message message) {
        Message.Builder content = MessageWrappers.innermost(message).toBuilder()
                .clearMessageContextInfo()
                .clearSenderKeyDistributionMessage();
        PLACES.forEach((kind, place) -> {
            if (content.hasField(kind)) {
                content.getFieldBuilder(kind).clearField(place);
            }
        });
        return content;
    }

    /** Writes a context into its place; false if the message has none. */
    static boolean write(ContextInfo info, Message.Builder message) {
        return write(info, message, MOST_WRAPPERS);
    }

    private static boolean write(ContextInfo info, Message.Builder message, int depth) {
        if (message.hasConversation()) {
            // The short form of a text has no place for it.
            message.setExtendedTextMessage(ExtendedTextMessage.newBuilder()
                            .setText(message.getConversation())
                            .setContextInfo(info))
                    .clearConversation();
            return true;
        }
        for (Map.Entry<FieldDescriptor, FieldDescriptor> kind : PLACES.entrySet()) {
            if (message.hasField(kind.getKey())) {
                com.google.protobuf.Message.Builder body = message.getFieldBuilder(kind.getKey());
                body.setField(kind.getValue(), merge((ContextInfo) body.getField(kind.getValue()), info));
                return true;
            }
        }
        for (FieldDescriptor wrapper : MessageWrappers.fields()) {
            if (depth > 0 && message.hasField(wrapper)) {
                FutureProofMessage.Builder wrapped = (FutureProofMessage.Builder) message.getFieldBuilder(wrapper);
                return write(info, wrapped.getMessageBuilder(), depth - 1);
            }
        }
        return false;
    }

    /** What a raw message has already stays, except that a quote replaces the whole of another. */
    private static ContextInfo merge(ContextInfo present, ContextInfo added) {
        ContextInfo.Builder merged = present.toBuilder();
        if (added.hasQuotedMessage()) {
            merged.clearQuotedMessage().clearRemoteJID();
        }
        return merged.mergeFrom(added).build();
    }

    private static ContextInfo toWire(MessageContext context, Jid me, Jid to) {
        ContextInfo.Builder info = ContextInfo.newBuilder();
        context.quoted().ifPresent(quoted -> quote(info, quoted, me, to));
        context.mentions()
                .forEach(person -> info.addMentionedJID(person.person().toString()));
        if (context.isEveryoneMentioned()) {
            info.setNonJIDMentions(1);
        }
        context.expiration().ifPresent(lifetime -> info.setExpiration((int) lifetime.toSeconds()));
        if (context.forwardingScore() > 0) {
            info.setForwardingScore(context.forwardingScore()).setIsForwarded(true);
        }
        return info.build();
    }

    /** A quote of a quote would nest without end, so the inner one's context is dropped. */
    private static void quote(ContextInfo.Builder info, WebMessage quoted, Jid me, Jid to) {
        Jid author = quoted.key().fromMe() ? me.person() : quoted.author();
        info.setStanzaID(quoted.id())
                .setParticipant(author.toString())
                .setQuotedMessage(contentWithoutContext(quoted.message()));
        Jid chat = quoted.key().remoteJid();
        if (isOtherChat(chat, quoted.key().remoteJidAlt(), to.person())) {
            info.setRemoteJID(chat.toString());
        }
    }

    /** A phone number and a LID whose pair is not known may be one person, so they do not count as two chats. */
    private static boolean isOtherChat(Jid chat, Optional<Jid> otherForm, Jid to) {
        boolean comparable = chat.isUser() != to.isUser() || chat.isLid() == to.isLid() || otherForm.isPresent();
        return comparable
                && !chat.sameUser(to)
                && otherForm.filter(to::sameUser).isEmpty();
    }
}
