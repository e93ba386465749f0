package dev.waxwing.internal.receipt;

import dev.waxwing.internal.binary.Node;
import dev.waxwing.internal.content.MessageIds;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The ids of a receipt: the first is its own, the others are in a list. */
final class ReceiptIds {

    private ReceiptIds() {}

    /** Adds all but the first. */
    static void addFurther(Node.Builder receipt, Stream<String> ids) {
        List<Node> items =
                ids.map(id -> Node.builder("item").attr("id", id).build()).toList();
        if (!items.isEmpty()) {
            receipt.child(Node.builder("list").children(items).build());
        }
    }

    /** The message that some people's share of a receipt is about; a status has its id in an attribute of its own. */
    static String ofAggregate(Node participants, Node receipt) {
        for (String name : List.of("message_id", "key")) {
            String id = participants.attr(name);
            if (id != null) {
                return MessageIds.requireSound(id);
            }
        }
        return MessageIds.requireSound(receipt.requireAttr("id"));
    }

    /** All of them, the receipt's own first. */
    static List<String> of(Node receipt) {
        List<String> ids = new ArrayList<>();
        ids.add(MessageIds.requireSound(receipt.requireAttr("id")));
        Node list = receipt.child("list");
        if (list != null) {
            list.children("item").forEach(item -> ids.add(MessageIds.requireSound(item.requireAttr("id"))));
        }
        return ids;
    }
}
