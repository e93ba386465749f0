package dev.waxwing.model.content;

import static java.util.Objects.requireNonNull;

import dev.waxwing.model.MessageWrappers;
import dev.waxwing.proto.e2e.Message;
import dev.waxwing.proto.e2e.ProtocolMessage;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;

/** The kinds that can be read: a row for each, which the kind's own class fills. */
final class ContentKinds {

    private static final List<Row> ROWS = List.of(
            new Row(Message::hasConversation, TextContent::readConversation),
            new Row(Message::hasExtendedTextMessage, TextContent::read),
            new Row(Message::hasReactionMessage, ReactionContent::read),
            protocol(ProtocolMessage.Type.MESSAGE_EDIT, EditContent::read),
            protocol(ProtocolMessage.Type.REVOKE, DeleteContent::read));

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
