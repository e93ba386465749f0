package dev.waxwing.internal.content;

import com.google.protobuf.Descriptors.FieldDescriptor;
import dev.waxwing.proto.e2e.FutureProofMessage;
import dev.waxwing.proto.e2e.Message;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Messages inside of messages: disappearing, view once, document with a caption, and some twenty more. */
final class Wrappers {

    /** The fields of a message that hold another message: all of one type. */
    static final List<FieldDescriptor> FIELDS = Message.getDescriptor().getFields().stream()
            .filter(field -> field.getJavaType() == FieldDescriptor.JavaType.MESSAGE)
            .filter(field -> field.getMessageType().equals(FutureProofMessage.getDescriptor()))
            .toList();

    /** A bound against hostile messages, which are quoted and forwarded too. */
    private static final int MOST_NESTED = 8;

    private Wrappers() {}

    /** The message inside, null if this is no wrapper. */
    static @Nullable Message unwrapOnce(Message message) {
        for (FieldDescriptor field : FIELDS) {
            if (message.hasField(field)) {
                return ((FutureProofMessage) message.getField(field)).getMessage();
            }
        }
        return null;
    }

    /** The innermost message, without keys and secrets; beyond the bound, a wrapper. */
    static Message contentOf(Message message) {
        Message inner = message;
        for (int depth = 0; depth < MOST_NESTED; depth++) {
            Message next = unwrapOnce(inner);
            if (next == null) {
                break;
            }
            inner = next;
        }
        return inner.toBuilder()
                .clearMessageContextInfo()
                .clearSenderKeyDistributionMessage()
                .build();
    }
}
