package dev.waxwing.testkit.area;

import dev.waxwing.internal.binary.Node;
import dev.waxwing.testkit.server.Device;
import dev.waxwing.testkit.server.ServerConnection;

/** The server's acks of what clients send. */
final class Acks {

    private Acks() {}

    /** Starts the ack of a stanza: its tag as class, its id, and its addressee as whom the ack is from, each as it was sent. */
    static Node.Builder of(Node stanza, long seconds) {
        return Node.builder("ack")
                .attr("class", stanza.tag())
                .attr("id", stanza.requireAttr("id"))
                .attrIfPresent("from", stanza.jid("to"))
                .attrIfPresent("participant", stanza.jid("participant"))
                .attr("t", seconds);
    }

    static void send(Device to, Node ack) {
        to.connection().ifPresent(connection -> connection.send(ack));
    }

    static boolean isStrict(Device device) {
        return device.connection().filter(ServerConnection::isStrict).isPresent();
    }
}
