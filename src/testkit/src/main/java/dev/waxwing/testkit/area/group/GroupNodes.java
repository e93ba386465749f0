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
        return group(group, failed, true, true);
    }

    /** The group as a list of groups has it, with its members and its description or without. */
    static Node listed(Group group, boolean withMembers, boolean withDescription) {
        return group(group, List.of(), withMembers, withDescription);
    }

    private static Node group(Group group, List<Node> failed, boolean withMembers, boolean withDescription) {
        Group.Text subject = group.subject();
        Node.Builder node = Node.builder("group")
                .attr("id", group.jid().user())
                .attr("subject", text(subject))
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
        for (Account member : withMembers ? group.members() : List.<Account>of()) {
            Node.Builder participant = participant(group, member);
            if (group.role(member) != Group.Role.MEMBER) {
                participant.attr("type", group.role(member).name().toLowerCase(Locale.ROOT));
            }
            children.add(participant.build());
        }
        children.addAll(failed);
        group.description()
                .filter(unused -> withDescription)
                .ifPresent(description -> children.add(description(group, description)));
        children.addAll(group.settings());
        return node.children(children).build();
    }

    /** A member by both addresses. */
    static Node.Builder participant(Group group, Account member) {
        return known("participant", group, member);
    }

    /** A person by both addresses. */
    static Node.Builder known(String tag, Group group, Account member) {
        Jid jid = group.address(member);
        return Node.builder(tag)
                .attr("jid", jid)
                .attr(jid.isLid() ? "phone_number" : "lid", Addressing.unlike(jid, member));
    }

    /** Somebody with whom it could not be done. */
    static Node failed(Jid asked, Optional<Account> account, Group group, int error) {
        Node.Builder participant = account.map(known -> participant(group, known))
                .orElseGet(() -> Node.builder("participant").attr("jid", asked));
        return participant.attr("error", error).build();
    }

    /** A group of a community, as the community's list has it. */
    static Node linked(Group group) {
        Node.Builder node = Node.builder("group")
                .attr("id", group.jid().user())
                .attr("subject", text(group.subject()))
                .attr("s_t", group.subject().seconds())
                .attr("creation", group.createdSeconds())
                .attr("creator", group.address(group.creator()))
                .attr("size", group.members().size());
        group.settings().stream()
                .filter(setting -> setting.tag().equals("default_sub_group")
                        || setting.tag().equals("general_chat"))
                .forEach(node::child);
        return node.build();
    }

    /** A group that another one is linked with, as notifications name it. */
    static Node named(Group group) {
        return Node.builder("group")
                .attr("jid", group.jid())
                .attr("subject", text(group.subject()))
                .attr("s_t", group.subject().seconds())
                .build();
    }

    private static String text(Group.Text text) {
        return new String(text.content(), StandardCharsets.UTF_8);
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
