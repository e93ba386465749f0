package dev.waxwing.internal.receipt;

import dev.waxwing.error.ProtocolViolationException;
import dev.waxwing.internal.binary.Node;
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

    /** All of them, the receipt's own first. */
    static List<String> of(Node receipt) {
        List<String> ids = new ArrayList<>();
        ids.add(require(receipt.requireAttr("id")));
        Node list = receipt.child("list");
        if (list != null) {
            list.children("item").forEach(item -> ids.add(require(item.requireAttr("id"))));
        }
        return ids;
    }

    /** The id, if it is one: an empty id is no message's. */
    static String require(String id) {
        if (id.isEmpty()) {
            throw new ProtocolViolationException("<receipt> of an empty message id");
        }
        return id;
    }
}
