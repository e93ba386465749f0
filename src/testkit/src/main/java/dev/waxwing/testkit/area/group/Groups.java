package dev.waxwing.testkit.area.group;

import dev.waxwing.model.Jid;
import dev.waxwing.testkit.server.IqRefusal;
import dev.waxwing.testkit.server.World;
import dev.waxwing.testkit.state.Account;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** All groups of a server. */
public final class Groups {

    private static final int MAX_GROUPS = 20_000;
    private static final int INVITE_CODE_BYTES = 16;
    private static final String ID_PREFIX = "120363";

    private final Map<Jid, Group> byJid = new LinkedHashMap<>();
    private final Map<String, Group> byInvite = new LinkedHashMap<>();
    private long lastId;

    /** Creates them empty. */
    public Groups() {}

    /**
     * Finds a group.
     *
     * @param jid its address
     * @return the group, or nothing if there is none
     */
    public Optional<Group> find(Jid jid) {
        return Optional.ofNullable(byJid.get(jid));
    }

    /** The group a code invites to, if the code is still good. */
    Optional<Group> invitedBy(String code) {
        return Optional.ofNullable(byInvite.get(code))
                .filter(group -> group.inviteCode().equals(code));
    }

    /** Whether a code was good once and then withdrawn. */
    boolean isRevoked(String code) {
        return byInvite.containsKey(code) && invitedBy(code).isEmpty();
    }

    /**
     * The groups of an account.
     *
     * @param member the account
     * @return those that it is in now
     */
    public List<Group> of(Account member) {
        return byJid.values().stream().filter(group -> group.hasMember(member)).toList();
    }

    /** The groups of a community, in order of creation. */
    List<Group> linkedTo(Group community) {
        return byJid.values().stream()
                .filter(group ->
                        group.community().filter(community.jid()::equals).isPresent())
                .toList();
    }

    /** The group in which a community's admins speak to all. */
    Optional<Group> announcementGroupOf(Group community) {
        return linkedTo(community).stream().filter(Group::isDefaultSubGroup).findFirst();
    }

    /** Takes a group away for good. */
    void delete(Group group) {
        byJid.remove(group.jid());
        byInvite.values().removeIf(group::equals);
    }

    /**
     * Has the members of a group write to each other by the other address from now on, as when the service moves a
     * group to LIDs. Nobody is told; who sends by the old way is told that it is stale.
     *
     * @param group the group
     * @param byLid true for LIDs, false for phone numbers
     */
    public void address(Group group, boolean byLid) {
        group.byLid(byLid);
    }

    /** Makes a group with its creator as the sole member. */
    Group create(World world, Account creator, String subject, boolean byLid) {
        if (byJid.size() >= MAX_GROUPS) {
            throw new IqRefusal(419, "resource-limit");
        }
        Jid jid = Jid.group(ID_PREFIX + String.format(Locale.ROOT, "%012d", ++lastId));
        byte[] content = subject.getBytes(StandardCharsets.UTF_8);
        Group.Text text = new Group.Text("", content, creator, world.clock().seconds());
        Group group = new Group(jid, byLid, creator, text, "");
        byJid.put(jid, group);
        renewInvite(world, group);
        return group;
    }

    /** Gives a group a new invite code; the old one is void. */
    String renewInvite(World world, Group group) {
        String code = world.random().token(INVITE_CODE_BYTES);
        group.inviteCode(code);
        byInvite.put(code, group);
        return code;
    }
}
