package dev.waxwing.testkit.area.message;

import dev.waxwing.internal.binary.Node;
import dev.waxwing.testkit.state.ClientLink;
import dev.waxwing.testkit.state.Device;

/** The server's acks of what clients send. */
public final class ServerAcks {

    private ServerAcks() {}

    /**
     * Starts the ack of a stanza: its tag as class, its id, and its addressee as whom the ack is from, each as it was
     * sent.
     *
     * @param stanza of a client
     * @param seconds time of the ack, since 1970
     * @return the ack, to be completed
     */
    public static Node.Builder of(Node stanza, long seconds) {
        return Node.builder("ack")
                .attr("class", stanza.tag())
                .attr("id", stanza.requireAttr("id"))
                .attrIfPresent("from", stanza.jid("to"))
                .attrIfPresent("participant", stanza.jid("participant"))
                .attr("t", seconds);
    }

    /**
     * Sends an ack to a device, unless that is offline by now.
     *
     * @param to who sent the stanza
     * @param ack complete
     */
    public static void send(Device to, Node ack) {
        to.connection().ifPresent(connection -> connection.send(ack));
    }

    static boolean isStrict(Device device) {
        return device.connection().filter(ClientLink::isStrict).isPresent();
    }
}
