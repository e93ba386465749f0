package dev.waxwing.internal.device;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.waxwing.error.ProtocolViolationException;
import dev.waxwing.internal.binary.Node;
import dev.waxwing.proto.adv.ADVKeyIndexList;
import dev.waxwing.proto.adv.ADVSignedKeyIndexList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The list by which a person's phone says which companions it has linked.
 *
 * @param signed the {@code ADVSignedKeyIndexList} as received
 * @param rawId a number of this registration of the account, if told
 * @param timestamp seconds since 1970, 0 if not told
 * @param currentIndex the newest index when the list was made
 * @param validIndexes the indexes of linked companions
 */
record KeyIndexList(byte[] signed, OptionalInt rawId, long timestamp, int currentIndex, Set<Integer> validIndexes) {

    private static final Logger LOG = LoggerFactory.getLogger(KeyIndexList.class);

    /** Empty if there is none, or none that can be read. */
    static Optional<KeyIndexList> of(@Nullable Node node) {
        byte[] signed = node == null ? null : node.bytes();
        if (signed == null || signed.length == 0) {
            return Optional.empty();
        }
        try {
            ADVKeyIndexList list = ADVKeyIndexList.parseFrom(
                    ADVSignedKeyIndexList.parseFrom(signed).getDetails());
            return Optional.of(new KeyIndexList(
                    signed,
                    list.hasRawID() ? OptionalInt.of(list.getRawID()) : OptionalInt.empty(),
                    list.getTimestamp(),
                    list.getCurrentIndex(),
                    new HashSet<>(list.getValidIndexesList())));
        } catch (InvalidProtocolBufferException e) {
            LOG.warn(
                    "A key index list is not readable; its devices are taken as listed",
                    new ProtocolViolationException("malformed key-index-list of " + signed.length + " bytes", e));
            return Optional.empty();
        }
    }

    /**
     * The devices among some that the phone stands by. The phone itself needs no key index. A companion without one was
     * never confirmed by the phone; one whose index the list neither holds nor is too old to hold has been removed
     * (rule of peer whatsapp-rust).
     *
     * @param devices nodes with {@code id} or {@code jid}, and {@code key-index}
     */
    static List<Integer> confirmed(List<ListedDevice> devices, Optional<KeyIndexList> list) {
        return devices.stream()
                .filter(device -> device.id() == 0 || isListed(device.keyIndex(), list))
                .map(ListedDevice::id)
                .distinct()
                .toList();
    }

    private static boolean isListed(int keyIndex, Optional<KeyIndexList> list) {
        return keyIndex >= 0
                && list.map(valid -> valid.validIndexes.contains(keyIndex) || keyIndex > valid.currentIndex)
                        .orElse(true);
    }

    /**
     * A device as a list or a notice has it.
     *
     * @param id 0 for the phone
     * @param keyIndex negative if not told
     */
    record ListedDevice(int id, int keyIndex) {}
}
