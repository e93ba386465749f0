package dev.waxwing.testkit.area.group;

import dev.waxwing.internal.binary.Node;
import dev.waxwing.model.Jid;
import dev.waxwing.testkit.state.Account;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** How groups and their members are written. */
final class GroupNodes {

    private GroupNodes() {}

    /** The whole group. */
    static Node group(Group group) {
        return group(group, List.of());
    }

    /**
     * The whole group, as its creation answers it.
     *
     * @param failed participants that could not be added, each with its error
     */
    static Node group(Group group, List<Node> failed) {
        Group.Text subject = group.subject();
        Node.Builder node = Node.builder("group")
                .attr("id", group.jid().user())
                .attr("subject", new String(subject.content(), StandardCharsets.UTF_8))
                .attr("s_t", subject.seconds())
                .attr("s_o", group.address(subject.author()))
                .attr("s_o_pn", subject.author().phoneNumber())
                .attr("creation", group.createdSeconds())
                .attr("creator", group.address(group.creator()))
                .attr("creator_pn", group.creator().phoneNumber())
                .attr("addressing_mode", group.addressingMode())
                .attr("p_v_id", group.memberVersion())
                .attr("a_v_id", group.settingsVersion())
                .attr("size", group.members().size());
        List<Node> children = new ArrayList<>();
        for (Account member : group.members()) {
            Node.Builder participant = participant(group, member);
            if (group.role(member) != Group.Role.MEMBER) {
                participant.attr("type", group.role(member).name().toLowerCase(Locale.ROOT));
            }
            children.add(participant.build());
        }
        children.addAll(failed);
        group.description().ifPresent(description -> children.add(description(group, description)));
        children.addAll(group.settings());
        return node.children(children).build();
    }

    /** A member by both addresses. */
    static Node.Builder participant(Group group, Account member) {
        Jid jid = group.address(member);
        return Node.builder("participant")
                .attr("jid", jid)
                .attr(jid.isLid() ? "phone_number" : "lid", Addressing.unlike(jid, member));
    }

    /** Somebody with whom it could not be done. */
    static Node failed(Jid asked, Optional<Account> account, Group group, int error) {
        Node.Builder participant = account.map(known -> participant(group, known))
                .orElseGet(() -> Node.builder("participant").attr("jid", asked));
        return participant.attr("error", error).build();
    }

    private static Node description(Group group, Group.Text description) {
        return Node.builder("description")
                .attr("id", description.id())
                .attr("participant", group.address(description.author()))
                .attr("participant_pn", description.author().phoneNumber())
                .attr("t", description.seconds())
                .child(Node.builder("body").bytes(description.content()).build())
                .build();
    }
}
