package dev.waxwing.model.content;

import static java.util.Objects.requireNonNull;

import dev.waxwing.model.MessageWrappers;
import dev.waxwing.proto.e2e.Message;
import dev.waxwing.proto.e2e.PollCreationMessage;
import dev.waxwing.proto.e2e.ProtocolMessage;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;

/** The kinds that can be read: a row for each, which the kind's own class fills. */
final class ContentKinds {

    /** Texts first: most messages are texts. */
    private static final List<Row> ROWS = List.of(
            new Row(Message::hasConversation, TextContent::readConversation),
            new Row(Message::hasExtendedTextMessage, TextContent::read),
            new Row(Message::hasReactionMessage, ReactionContent::read),
            new Row(Message::hasImageMessage, ImageContent::read),
            new Row(Message::hasVideoMessage, VideoContent::read),
            new Row(Message::hasPtvMessage, VideoContent::readNote),
            new Row(Message::hasAudioMessage, AudioContent::read),
            new Row(Message::hasDocumentMessage, DocumentContent::read),
            new Row(Message::hasStickerMessage, StickerContent::read),
            protocol(ProtocolMessage.Type.MESSAGE_EDIT, EditContent::read),
            protocol(ProtocolMessage.Type.REVOKE, DeleteContent::read),
            protocol(ProtocolMessage.Type.EPHEMERAL_SETTING, DisappearingTimerContent::read),
            protocol(ProtocolMessage.Type.SHARE_PHONE_NUMBER, SharePhoneNumberContent::read),
            protocol(ProtocolMessage.Type.LIMIT_SHARING, LimitSharingContent::read),
            new Row(Message::hasPinInChatMessage, PinContent::read),
            new Row(Message::hasKeepInChatMessage, KeepContent::read),
            new Row(Message::hasContactMessage, ContactsContent::readOne),
            new Row(Message::hasContactsArrayMessage, ContactsContent::read),
            new Row(Message::hasLocationMessage, LocationContent::read),
            new Row(Message::hasLiveLocationMessage, LiveLocationContent::read),
            poll(Message::hasPollCreationMessage, 1, Message::getPollCreationMessage),
            poll(Message::hasPollCreationMessageV2, 2, Message::getPollCreationMessageV2),
            poll(Message::hasPollCreationMessageV3, 3, Message::getPollCreationMessageV3),
            poll(Message::hasPollCreationMessageV5, 5, Message::getPollCreationMessageV5),
            poll(Message::hasPollCreationMessageV6, 6, Message::getPollCreationMessageV6),
            new Row(Message::hasEventMessage, EventContent::read),
            new Row(Message::hasGroupInviteMessage, GroupInviteContent::read),
            new Row(Message::hasNewsletterAdminInviteMessage, NewsletterAdminInviteContent::read),
            new Row(Message::hasAlbumMessage, AlbumContent::read),
            new Row(Message::hasCommentMessage, CommentContent::read),
            new Row(Message::hasButtonsMessage, ButtonsContent::read),
            new Row(Message::hasTemplateMessage, ButtonsContent::readTemplate),
            new Row(Message::hasListMessage, ListContent::read),
            new Row(Message::hasInteractiveMessage, InteractiveContent::read),
            new Row(Message::hasButtonsResponseMessage, ButtonReplyContent::read),
            new Row(Message::hasTemplateButtonReplyMessage, ButtonReplyContent::readTemplate),
            new Row(Message::hasListResponseMessage, ListReplyContent::read),
            new Row(Message::hasInteractiveResponseMessage, InteractiveReplyContent::read),
            new Row(Message::hasProductMessage, ProductContent::read),
            new Row(Message::hasOrderMessage, OrderContent::read),
            new Row(Message::hasRequestPhoneNumberMessage, RequestPhoneNumberContent::read));

    private ContentKinds() {}

    /** What a message holds. */
    static MessageContent read(Message message) {
        Message inner = MessageWrappers.unwrapped(requireNonNull(message, "message"));
        for (Row row : ROWS) {
            if (row.carries.test(inner)) {
                try {
                    return row.reader.apply(inner);
                } catch (IllegalArgumentException e) {
                    // For example a key without an id. The application sees what came, as with a kind not known.
                    return new UnknownContent(inner);
                }
            }
        }
        return new UnknownContent(inner);
    }

    private static Row poll(Predicate<Message> carries, int version, Function<Message, PollCreationMessage> creation) {
        return new Row(carries, message -> PollContent.read(version, creation.apply(message)));
    }

    private static Row protocol(ProtocolMessage.Type type, Function<ProtocolMessage, MessageContent> reader) {
        return new Row(
                message -> message.hasProtocolMessage()
                        && message.getProtocolMessage().hasType()
                        && message.getProtocolMessage().getType() == type,
                message -> reader.apply(message.getProtocolMessage()));
    }

    /**
     * One kind.
     *
     * @param carries whether a message, without a wrapper, is of the kind
     * @param reader reads such a message; throws IllegalArgumentException if it cannot
     */
    private record Row(Predicate<Message> carries, Function<Message, MessageContent> reader) {}
}
