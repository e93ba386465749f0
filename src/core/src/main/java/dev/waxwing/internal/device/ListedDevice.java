package dev.waxwing.internal.device;

import dev.waxwing.error.ProtocolViolationException;
import dev.waxwing.internal.account.KeyIndexList;
import dev.waxwing.internal.binary.Node;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A device as the server's list or notice has it.
 *
 * @param id 0 for the phone
 * @param keyIndex negative if not told
 */
record ListedDevice(int id, int keyIndex) {

    private static final Logger LOG = LoggerFactory.getLogger(ListedDevice.class);

    /**
     * The devices among some that the phone stands by. The phone itself needs no key index. A companion without one was
     * never confirmed by the phone.
     *
     * @param list the phone's list of its companions, if there is one
     */
    static List<Integer> confirmed(List<ListedDevice> devices, Optional<KeyIndexList> list) {
        return devices.stream()
                .filter(device -> device.id == 0
                        || (device.keyIndex >= 0
                                && list.map(known -> known.standsBy(device.keyIndex))
                                        .orElse(true)))
                .map(ListedDevice::id)
                .distinct()
                .toList();
    }

    /** The phone's list that came along: empty if there is none, or none that can be read. */
    static Optional<KeyIndexList> listIn(@Nullable Node node) {
        byte[] signed = node == null ? null : node.bytes();
        if (signed == null || signed.length == 0) {
            return Optional.empty();
        }
        Optional<KeyIndexList> list = KeyIndexList.parse(signed);
        if (list.isEmpty()) {
            LOG.warn(
                    "A key index list is not readable; its devices are taken as listed",
                    new ProtocolViolationException("malformed key-index-list of " + signed.length + " bytes"));
        }
        return list;
    }
}
