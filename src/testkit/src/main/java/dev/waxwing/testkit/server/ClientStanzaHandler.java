package dev.waxwing.testkit.server;

import dev.waxwing.internal.binary.Node;
import dev.waxwing.testkit.state.Device;

/** Takes stanzas other than iqs. */
@FunctionalInterface
public interface ClientStanzaHandler {

    /**
     * Takes one stanza. Whatever it is owed, an ack for one, is up to the handler.
     *
     * @param from the device that sent it; its connection is there
     * @param stanza the stanza
     */
    void handle(Device from, Node stanza);
}
