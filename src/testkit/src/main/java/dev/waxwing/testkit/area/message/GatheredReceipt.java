package dev.waxwing.testkit.area.message;

import dev.waxwing.internal.binary.Node;
import dev.waxwing.model.Jid;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** Receipts of several members of a group for one message, in one stanza, as peer whatsmeow reads them. */
final class GatheredReceipt {

    private GatheredReceipt() {}

    /** Whether a stanza is one member's receipt for one message of a group, and nothing that must be answered. */
    static boolean isOne(Node stanza) {
        Jid from = stanza.jid("from");
        return stanza.tag().equals("receipt")
                && from != null
                && from.isGroup()
                && stanza.hasAttr("participant")
                && stanza.children().isEmpty()
                && !"retry".equals(stanza.attr("type"));
    }

    /** Whether a receipt that waits, of one member or of several, is of the same kind for the same message. */
    static boolean goTogether(Node waiting, Node receipt) {
        return (isOne(waiting) || waiting.child("participants") != null)
                && Objects.equals(waiting.jid("from"), receipt.jid("from"))
                && Objects.equals(waiting.attr("id"), receipt.attr("id"))
                && Objects.equals(waiting.attr("type"), receipt.attr("type"));
    }

    /** One receipt of both. */
    static Node of(Node waiting, Node receipt) {
        Node gathered = waiting.child("participants");
        List<Node> users = new ArrayList<>(gathered == null ? List.of(user(waiting)) : gathered.children());
        users.add(user(receipt));
        return Node.builder("receipt")
                .attr("from", receipt.requireJid("from"))
                .attr("id", receipt.requireAttr("id"))
                .attrIfPresent("type", receipt.attr("type"))
                .attrIfPresent("t", receipt.attr("t"))
                .child(Node.builder("participants")
                        .attr("key", receipt.requireAttr("id"))
                        .children(users)
                        .build())
                .build();
    }

    private static Node user(Node receipt) {
        return Node.builder("user")
                .attr("jid", receipt.requireJid("participant"))
                .attrIfPresent("t", receipt.attr("t"))
                .build();
    }
}
