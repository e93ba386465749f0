package dev.waxwing.testkit.area;

import dev.waxwing.internal.binary.Node;
import dev.waxwing.testkit.server.IqExchange;
import dev.waxwing.testkit.server.Registrations;
import dev.waxwing.testkit.server.ServerArea;
import dev.waxwing.testkit.server.World;

/**
 * What stock clients ask or report in passing and this server has nothing to say to: they get an answer of the right
 * shape, in either mode. This is the whole list; an iq that neither it nor another area knows is answered with an
 * error.
 */
final class EmptyReplyArea implements ServerArea {

    @Override
    public void register(Registrations on, World world) {
        on.iq("privacy", "set", "tokens", IqExchange::reply);
        on.iq("urn:xmpp:whatsapp:dirty", "set", "clean", IqExchange::reply);
        on.iq("urn:xmpp:whatsapp:push", "get", EmptyReplyArea::echo);
        on.iq("urn:xmpp:whatsapp:push", "set", IqExchange::reply);
        on.iq("urn:xmpp:whatsapp:account", "get", EmptyReplyArea::echo);
        on.iq("w:stats", "set", IqExchange::reply);
        on.iq("tos", "get", EmptyReplyArea::echo);
        on.iq("tos", "set", IqExchange::reply);
        on.iq("w:biz", "get", EmptyReplyArea::echo);
    }

    /** An empty element of the name that was asked for. */
    private static void echo(IqExchange iq) {
        iq.reply(iq.node().children().stream()
                .limit(1)
                .map(child -> Node.builder(child.tag()).build())
                .toList());
    }
}
