package dev.waxwing.testkit.traffic;

import dev.waxwing.internal.binary.Node;
import dev.waxwing.model.Jid;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/**
 * What a server that lies makes of stanzas about groups, for {@link FaultAction.Rewrite}.
 *
 * <pre>{@code
 * server.faults().add(
 *         StanzaMatch.out("iq").client(bot).child("group"), new FaultAction.Rewrite(GroupLies.phantom(spy)));
 * }</pre>
 */
public final class GroupLies {

    private GroupLies() {}

    /**
     * Puts somebody into every member list of a stanza who is in none: in the answer to a metadata query, in a list of
     * groups, in the notice of a new group.
     *
     * @param lid the phantom
     * @return for answers and notices out
     */
    public static UnaryOperator<Node> phantom(Jid lid) {
        Node phantom = Node.builder("participant").attr("jid", lid).build();
        return inGroups(participants -> {
            List<Node> more = new ArrayList<>(participants);
            more.add(phantom);
            return more;
        });
    }

    /**
     * Leaves somebody out of every member list of a stanza, as a list is that has gone stale.
     *
     * @param person by the address that the group uses
     * @return for answers and notices out
     */
    public static UnaryOperator<Node> without(Jid person) {
        Predicate<Node> isPerson = node -> node.tag().equals("participant") && person.equals(node.jid("jid"));
        return inGroups(children -> children.stream().filter(isPerson.negate()).toList());
    }

    /**
     * Names another form than a group uses, as an answer does that has gone stale.
     *
     * @param mode {@code lid} or {@code pn}
     * @return for answers and notices out
     */
    public static UnaryOperator<Node> addressing(String mode) {
        return stanza -> within(
                stanza,
                "group",
                group -> group.toBuilder().attr("addressing_mode", mode).build());
    }

    /**
     * Says of a message that somebody else wrote it.
     *
     * @param device whom it names as author
     * @return for messages out
     */
    public static UnaryOperator<Node> author(Jid device) {
        return message -> message.toBuilder().attr("participant", device).build();
    }

    /**
     * Puts a hash of devices into an ack that is not the sender's.
     *
     * @param hash any
     * @return for acks out
     */
    public static UnaryOperator<Node> hash(String hash) {
        return ack -> ack.toBuilder().attr("phash", hash).build();
    }

    /**
     * Gives every person in an answer of device lists a device that it has not.
     *
     * @param number of the device
     * @return for answers out
     */
    public static UnaryOperator<Node> phantomDevice(int number) {
        return stanza -> changed(stanza, "device-list", devices -> {
            List<Node> more = new ArrayList<>(devices);
            more.add(Node.builder("device")
                    .attr("id", number)
                    .attr("key-index", number)
                    .build());
            return more;
        });
    }

    private static UnaryOperator<Node> inGroups(UnaryOperator<List<Node>> change) {
        return stanza -> changed(stanza, "group", change);
    }

    private static Node within(Node node, String tag, UnaryOperator<Node> change) {
        if (node.tag().equals(tag)) {
            return change.apply(node);
        }
        List<Node> children = node.children().stream()
                .map(child -> within(child, tag, change))
                .toList();
        return children.isEmpty() ? node : node.toBuilder().children(children).build();
    }

    private static Node changed(Node node, String tag, UnaryOperator<List<Node>> change) {
        if (node.children().isEmpty()) {
            return node;
        }
        List<Node> children = node.children().stream()
                .map(child -> changed(child, tag, change))
                .toList();
        return node.toBuilder()
                .children(node.tag().equals(tag) ? change.apply(children) : children)
                .build();
    }
}
