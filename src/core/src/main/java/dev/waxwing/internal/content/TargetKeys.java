package dev.waxwing.internal.content;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import dev.waxwing.model.MessageWrappers;
import dev.waxwing.proto.common.MessageKey;
import dev.waxwing.proto.e2e.FutureProofMessage;
import dev.waxwing.proto.e2e.Message;
import dev.waxwing.proto.e2e.MessageAssociation;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
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

    /** The message with its keys rewritten; empty if it has none. */
    static Optional<Message> rewritten(Message message, UnaryOperator<MessageKey> rewrite) {
        Message.Builder builder = message.toBuilder();
        return rewrite(builder, rewrite, MOST_WRAPPERS) ? Optional.of(builder.build()) : Optional.empty();
    }

    private static boolean rewrite(Message.Builder message, UnaryOperator<MessageKey> rewrite, int depth) {
        boolean isPart = message.hasMessageContextInfo()
                && message.getMessageContextInfo().getMessageAssociation().hasParentMessageKey();
        if (isPart) {
            MessageAssociation.Builder album =
                    message.getMessageContextInfoBuilder().getMessageAssociationBuilder();
            album.setParentMessageKey(rewrite.apply(album.getParentMessageKey()));
        }
        for (Map.Entry<FieldDescriptor, FieldDescriptor> kind : PLACES.entrySet()) {
            if (message.hasField(kind.getKey())) {
                com.google.protobuf.Message body = (com.google.protobuf.Message) message.getField(kind.getKey());
                if (body.hasField(kind.getValue())) {
                    MessageKey key = rewrite.apply((MessageKey) body.getField(kind.getValue()));
                    message.setField(
                            kind.getKey(),
                            body.toBuilder().setField(kind.getValue(), key).build());
                    return true;
                }
            }
        }
        for (FieldDescriptor wrapper : MessageWrappers.fields()) {
            if (depth > 0 && message.hasField(wrapper)) {
                FutureProofMessage outer = (FutureProofMessage) message.getField(wrapper);
                Message.Builder inner = outer.getMessage().toBuilder();
                if (rewrite(inner, rewrite, depth - 1)) {
                    message.setField(
                            wrapper, outer.toBuilder().setMessage(inner).build());
                    return true;
                }
            }
        }
        return isPart;
    }
}
