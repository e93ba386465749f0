package dev.waxwing.internal.stream.routing;

import dev.waxwing.internal.binary.Node;
import dev.waxwing.model.Jid;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Builds what the server is owed for its stanzas: {@code <ack id to class [error] [participant] [recipient] [type]
 * [from]/>} (01, section 11; order of attributes as Baileys writes it).
 */
public final class Acks {

    private static final Set<String> NEVER_ACKED =
            Set.of("ack", "iq", "presence", "chatstate", "ib", "success", "failure", "stream:error", "xmlstreamend");

    /** The addresses that an ack has from its stanza. */
    private static final List<String> REPEATED = List.of("from", "participant", "recipient");

    private Acks() {}

    /** Whether stanzas of this kind are acked at all: by tag, and only with what an ack must repeat. */
    static boolean isOwed(Node stanza) {
        return !NEVER_ACKED.contains(stanza.tag())
                && stanza.hasAttr("id")
                && stanza.hasAttr("from")
                && REPEATED.stream().allMatch(name -> canBeWritten(stanza.jid(name)));
    }

    /** An address at a domain that has no name yet can be read but not written, and so not repeated. */
    private static boolean canBeWritten(@Nullable Jid address) {
        return address == null || address.server().isKnown();
    }

    /** A status is a message by another name. */
    static boolean isMessage(Node stanza) {
        return stanza.tag().equals("message") || stanza.tag().equals("status");
    }

    /**
     * The positive ack; {@code me} is the own device by phone number, null while not linked.
     *
     * @param stanza what is acknowledged
     * @param me this device; null before it is linked
     * @return the ack
     */
    public static Node ack(Node stanza, @Nullable Jid me) {
        return build(stanza, me, 0);
    }

    /** The negative ack. */
    static Node nack(Node stanza, @Nullable Jid me, int code) {
        return build(stanza, me, code);
    }

    private static Node build(Node stanza, @Nullable Jid me, int code) {
        Node.Builder ack = Node.builder("ack")
                .attr("id", stanza.requireAttr("id"))
                .attr("to", stanza.requireJid("from"))
                .attr("class", stanza.tag());
        if (code != 0) {
            ack.attr("error", code);
        }
        ack.attrIfPresent("participant", stanza.jid("participant"))
                .attrIfPresent("recipient", stanza.jid("recipient"))
                .attrIfPresent("type", stanza.attr("type"));
        if (isMessage(stanza)) {
            ack.attrIfPresent("from", me);
        }
        return ack.build();
    }
}
