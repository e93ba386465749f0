package dev.waxwing.model;

import static java.util.Objects.requireNonNull;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import dev.waxwing.proto.e2e.ContextInfo;
import dev.waxwing.proto.e2e.Message;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Where a message holds what every kind of content can have. On the wire it is a field of the kind's own message, under
 * the same name and type in some forty kinds; these are found by the descriptors, so that a new kind needs nothing
 * here.
 */
public final class ContextPlaces {

    private static final Map<FieldDescriptor, FieldDescriptor> PLACES = Collections.unmodifiableMap(find());

    private ContextPlaces() {}

    private static Map<FieldDescriptor, FieldDescriptor> find() {
        Map<FieldDescriptor, FieldDescriptor> places = new LinkedHashMap<>();
        for (FieldDescriptor kind : Message.getDescriptor().getFields()) {
            if (kind.getJavaType() != JavaType.MESSAGE || kind.isRepeated()) {
                continue;
            }
            FieldDescriptor place = kind.getMessageType().findFieldByName("contextInfo");
            if (place != null
                    && place.getJavaType() == JavaType.MESSAGE
                    && place.getMessageType().equals(ContextInfo.getDescriptor())) {
                places.put(kind, place);
            }
        }
        return places;
    }

    /**
     * Each kind that can have a context, with the place for it.
     *
     * @return fields of a message, and for each a field of what it holds; in the order of their numbers
     */
    public static Map<FieldDescriptor, FieldDescriptor> all() {
        return PLACES;
    }

    /**
     * The context of a message.
     *
     * @param message a message, without a wrapper
     * @return its context, the default one if there is none
     */
    public static ContextInfo of(Message message) {
        requireNonNull(message, "message");
        for (Map.Entry<FieldDescriptor, FieldDescriptor> kind : PLACES.entrySet()) {
            if (message.hasField(kind.getKey())) {
                return (ContextInfo)
                        ((com.google.protobuf.Message) message.getField(kind.getKey())).getField(kind.getValue());
            }
        }
        return ContextInfo.getDefaultInstance();
    }
}
