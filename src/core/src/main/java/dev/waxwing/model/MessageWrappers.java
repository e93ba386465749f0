package dev.waxwing.model;

import static java.util.Objects.requireNonNull;

import com.google.protobuf.Descriptors.FieldDescriptor;
import dev.waxwing.proto.e2e.FutureProofMessage;
import dev.waxwing.proto.e2e.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Opens messages inside of messages: disappearing, view once, a picture of an album, a document with a caption, and
 * some twenty more. They are found by their type, so that a wrapper of a later version of the protocol needs nothing
 * here. Which there are: peers Baileys, whatsmeow and whatsapp-rust each open a part of them.
 */
public final class MessageWrappers {

    /**
     * Deeper nesting than any client produces; a bound against hostile messages, which are quoted and forwarded too.
     */
    private static final int MOST_NESTED = 8;

    /** The fields of a message that hold nothing but another message: all of one type. */
    private static final List<FieldDescriptor> FIELDS = Message.getDescriptor().getFields().stream()
            .filter(field -> field.getJavaType() == FieldDescriptor.JavaType.MESSAGE)
            .filter(field -> field.getMessageType().equals(FutureProofMessage.getDescriptor()))
            .toList();

    private MessageWrappers() {}

    /**
     * The fields of a message that hold nothing but another message, of type {@code FutureProofMessage} each.
     *
     * @return the fields in the order of their numbers
     */
    public static List<FieldDescriptor> fields() {
        return FIELDS;
    }

    /**
     * Opens one wrapper: also the copy of a message for an own device, and the new content of an edited message.
     *
     * @param message any message
     * @return the message inside, empty if this is no wrapper
     */
    public static Optional<Message> inside(Message message) {
        requireNonNull(message, "message");
        if (message.hasProtocolMessage()) {
            return message.getProtocolMessage().hasEditedMessage()
                    ? Optional.of(message.getProtocolMessage().getEditedMessage())
                    : Optional.empty();
        }
        return insideWrapper(message);
    }

    private static Optional<Message> insideWrapper(Message message) {
        if (message.hasDeviceSentMessage()) {
            return Optional.of(message.getDeviceSentMessage().getMessage());
        }
        return FIELDS.stream()
                .filter(message::hasField)
                .findFirst()
                .map(field -> ((FutureProofMessage) message.getField(field)).getMessage());
    }

    /**
     * Opens all wrappers.
     *
     * @param message any message
     * @return what is in them, the message itself if it is no wrapper; an empty message if they are nested deeper than
     *     any client's
     */
    public static Message innermost(Message message) {
        return innermost(message, MessageWrappers::inside);
    }

    /**
     * Opens all wrappers, but not an edit, which says what it edits beside the new content.
     *
     * @param message any message
     * @return what is in them, the message itself if it is no wrapper; an empty message if they are nested deeper than
     *     any client's
     */
    public static Message unwrapped(Message message) {
        return innermost(message, MessageWrappers::insideWrapper);
    }

    /**
     * The wrappers of a message.
     *
     * @param message any message
     * @return the names of their fields, the outermost first
     */
    public static List<String> names(Message message) {
        List<String> names = new ArrayList<>();
        Message inner = requireNonNull(message, "message");
        for (int depth = 0; depth < MOST_NESTED; depth++) {
            Optional<Message> next = insideWrapper(inner);
            if (next.isEmpty()) {
                break;
            }
            names.add(nameOf(inner));
            inner = next.get();
        }
        return names;
    }

    private static String nameOf(Message wrapper) {
        return wrapper.hasDeviceSentMessage()
                ? "deviceSentMessage"
                : FIELDS.stream()
                        .filter(wrapper::hasField)
                        .findFirst()
                        .map(FieldDescriptor::getName)
                        .orElseThrow();
    }

    private static Message innermost(Message message, Function<Message, Optional<Message>> opener) {
        Message inner = requireNonNull(message, "message");
        for (int depth = 0; depth < MOST_NESTED; depth++) {
            Optional<Message> next = opener.apply(inner);
            if (next.isEmpty()) {
                return inner;
            }
            inner = next.get();
        }
        return Message.getDefaultInstance();
    }
}
