package dev.waxwing.testkit.server;

import dev.waxwing.internal.binary.Node;
import dev.waxwing.testkit.state.Device;

/** How stanzas reach devices. */
@FunctionalInterface
public interface Delivery {

    /**
     * Delivers or queues a stanza; per device, in the order of the calls.
     *
     * @param device to whom, the phone included
     * @param stanza complete, with its id
     */
    void deliver(Device device, Node stanza);
}
