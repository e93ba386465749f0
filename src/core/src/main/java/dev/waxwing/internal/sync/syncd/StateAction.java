package dev.waxwing.internal.sync.syncd;

import static java.util.Objects.requireNonNull;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.waxwing.error.ProtocolViolationException;
import dev.waxwing.proto.syncaction.SyncActionData;
import dev.waxwing.proto.syncaction.SyncActionValue;
import java.util.List;

/**
 * One action in the clear: what is to be set or removed under which index.
 *
 * @param index the action's name, then what it is about; one part at least
 * @param value what is set; of a removal what was there, as far as the remover says
 * @param version of the action, which clients that know an older one skip
 * @param removal whether the index is removed
 */
public record StateAction(List<String> index, SyncActionValue value, int version, boolean removal) {

    /**
     * Copies the index.
     *
     * @param index the action's name, then what it is about
     * @param value what is set
     * @param version of the action
     * @param removal whether the index is removed
     */
    public StateAction {
        index = List.copyOf(index);
        requireNonNull(value, "value");
        if (index.isEmpty()) {
            throw new IllegalArgumentException("index must not be empty");
        }
    }

    /**
     * What the action is called.
     *
     * @return for example {@code pin_v1}
     */
    public String name() {
        return index.get(0);
    }

    /**
     * A part of the index.
     *
     * @param number from 0
     * @return the part, empty if there is none
     */
    public String part(int number) {
        return number < index.size() ? index.get(number) : "";
    }

    /**
     * As it is encrypted.
     *
     * @return the bytes of a {@code SyncActionData}
     */
    public byte[] encode() {
        return SyncActionData.newBuilder()
                .setIndex(ByteString.copyFrom(IndexJson.write(index)))
                .setValue(value)
                .setPadding(ByteString.EMPTY)
                .setVersion(version)
                .build()
                .toByteArray();
    }

    /**
     * Reads what was decrypted.
     *
     * @param bytes of a {@code SyncActionData}
     * @param removal whether the index is removed
     * @return the action
     * @throws ProtocolViolationException if it cannot be read; an index that is no array of texts is taken as one text
     */
    public static StateAction decode(byte[] bytes, boolean removal) {
        SyncActionData data = parse(bytes);
        return new StateAction(index(data.getIndex()), data.getValue(), data.getVersion(), removal);
    }

    /** The MAC says that an own device wrote it: what this version cannot read of it is still no error. */
    private static List<String> index(ByteString json) {
        try {
            return IndexJson.read(json.toByteArray());
        } catch (ProtocolViolationException e) {
            return List.of(json.toStringUtf8());
        }
    }

    /** The bytes of the index, as whoever wrote them wrote them. */
    static byte[] indexBytes(byte[] encoded) {
        return parse(encoded).getIndex().toByteArray();
    }

    private static SyncActionData parse(byte[] bytes) {
        try {
            return SyncActionData.parseFrom(bytes);
        } catch (InvalidProtocolBufferException e) {
            throw new ProtocolViolationException("an action of " + bytes.length + " bytes that cannot be read", e);
        }
    }

    /** Without the value, which may say what people wrote. */
    @Override
    public String toString() {
        return "StateAction[" + name() + (removal ? " removed]" : "]");
    }
}
