package dev.waxwing.internal.content;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import dev.waxwing.model.MessageWrappers;
import dev.waxwing.proto.common.MessageKey;
import dev.waxwing.proto.e2e.FutureProofMessage;
import dev.waxwing.proto.e2e.Message;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * The keys by which a message names another one: what a reaction, an edit, a vote, a pin or a part of an album is
 * about. They are found by the descriptors, so that a new kind needs nothing here. Keys inside of quoted or edited
 * content stay as they are.
 */
final class TargetKeys {

    /** Each kind that names another message, with the place of the key. */
    private static final Map<FieldDescriptor, FieldDescriptor> PLACES = places();

    private static final int MOST_WRAPPERS = 8;

    private TargetKeys() {}

    private static Map<FieldDescriptor, FieldDescriptor> places() {
        Map<FieldDescriptor, FieldDescriptor> places = new LinkedHashMap<>();
        for (FieldDescriptor kind : Message.getDescriptor().getFields()) {
            if (kind.getJavaType() == JavaType.MESSAGE && !kind.isRepeated()) {
                kind.getMessageType().getFields().stream()
                        .filter(place -> place.getJavaType() == JavaType.MESSAGE
                                && !place.isRepeated()
                                && place.getMessageType().equals(MessageKey.getDescriptor()))
                        .findFirst()
                        .ifPresent(place -> places.put(kind, place));
            }
        }
        return places;
    }

    /** The message with its keys rewritten; the very same one if it has none. */
    static Message rewritten(Message message, UnaryOperator<MessageKey> rewrite) {
        return rewritten(message, rewrite, MOST_WRAPPERS);
    }

    private static Message rewritten(Message message, UnaryOperator<MessageKey> rewrite, int depth) {
        Message result = message;
        if (message.getMessageContextInfo().getMessageAssociation().hasParentMessageKey()) {
            Message.Builder builder = message.toBuilder();
            MessageKey.Builder parent = builder.getMessageContextInfoBuilder()
                    .getMessageAssociationBuilder()
                    .getParentMessageKeyBuilder();
            MessageKey seen = rewrite.apply(parent.build());
            parent.clear().mergeFrom(seen);
            result = builder.build();
        }
        for (Map.Entry<FieldDescriptor, FieldDescriptor> kind : PLACES.entrySet()) {
            if (result.hasField(kind.getKey())) {
                com.google.protobuf.Message body = (com.google.protobuf.Message) result.getField(kind.getKey());
                if (body.hasField(kind.getValue())) {
                    MessageKey key = rewrite.apply((MessageKey) body.getField(kind.getValue()));
                    return result.toBuilder()
                            .setField(
                                    kind.getKey(),
                                    body.toBuilder()
                                            .setField(kind.getValue(), key)
                                            .build())
                            .build();
                }
            }
        }
        if (depth == 0) {
            return result;
        }
        for (FieldDescriptor wrapper : MessageWrappers.fields()) {
            if (result.hasField(wrapper)) {
                FutureProofMessage outer = (FutureProofMessage) result.getField(wrapper);
                Message inner = rewritten(outer.getMessage(), rewrite, depth - 1);
                return inner == outer.getMessage()
                        ? result
                        : result.toBuilder()
                                .setField(
                                        wrapper,
                                        outer.toBuilder().setMessage(inner).build())
                                .build();
            }
        }
        return result;
    }
}
