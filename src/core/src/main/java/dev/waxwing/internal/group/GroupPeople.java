package dev.waxwing.internal.group;

import static java.util.Objects.requireNonNull;

import dev.waxwing.group.AddressingMode;
import dev.waxwing.internal.area.AreaContext;
import dev.waxwing.internal.binary.Node;
import dev.waxwing.model.Jid;
import java.util.List;
import java.util.Optional;

/**
 * How people are named to the server in a group: by LID where it is known, or by number in a group that is by number.
 */
public final class GroupPeople {

    private final AreaContext context;
    private final CachedGroups groups;

    /**
     * Creates one for an account.
     *
     * @param context what areas are given
     * @param groups what is known of groups
     */
    public GroupPeople(AreaContext context, CachedGroups groups) {
        this.context = requireNonNull(context, "context");
        this.groups = requireNonNull(groups, "groups");
    }

    /**
     * Names people. Reads the store.
     *
     * @param people by phone number or LID
     * @param group the group or community that it is about
     * @return a {@code participant} for each
     */
    public List<Node> nodes(List<Jid> people, Jid group) {
        boolean byNumber = groups.known(group)
                .filter(known -> known.addressingMode() == AddressingMode.PN)
                .isPresent();
        return people.stream().map(person -> node(person, byNumber)).toList();
    }

    /**
     * Names people in a group that is to be made. Reads the store.
     *
     * @param people by phone number or LID
     * @return a {@code participant} for each
     */
    List<Node> nodes(List<Jid> people) {
        return people.stream().map(person -> node(person, false)).toList();
    }

    private Node node(Jid person, boolean byNumber) {
        Optional<Jid> other = context.people().counterpart(person);
        boolean swap = byNumber ? person.isLid() : person.isPhone();
        Jid jid = swap ? other.orElse(person) : person;
        Node.Builder node = Node.builder("participant").attr("jid", jid);
        if (jid.isLid()) {
            node.attrIfPresent("phone_number", person.isPhone() ? person : other.orElse(null));
        }
        return node.build();
    }
}
