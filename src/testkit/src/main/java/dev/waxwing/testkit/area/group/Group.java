package dev.waxwing.testkit.area.group;

import dev.waxwing.internal.binary.Node;
import dev.waxwing.model.Jid;
import dev.waxwing.testkit.state.Account;
import dev.waxwing.testkit.state.Device;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One group: its members in order of joining, what it is called, and how it is set up. */
public final class Group {

    /** What a member may do. */
    enum Role {
        MEMBER,
        ADMIN,
        SUPERADMIN
    }

    /** The subject or the description as somebody wrote it. */
    record Text(String id, byte[] content, Account author, long seconds) {}

    /**
     * An invitation for one account, which it accepts by the code that came to it in a message.
     *
     * @param admin who invited, whom the invited one names
     * @param expires in seconds since 1970
     */
    record Invitation(Account invited, Account admin, String code, long expires) {}

    /**
     * Somebody waits to be let in.
     *
     * @param method {@code invite_link}, {@code linked_group_join} or {@code non_admin_add}
     */
    record JoinRequest(String method, long seconds) {}

    private final Jid jid;
    private boolean byLid;
    private final Account creator;
    private final long createdSeconds;
    private final Map<Account, Role> members = new LinkedHashMap<>();
    private final Map<String, Node> settings = new LinkedHashMap<>();
    private final Map<String, Invitation> invitations = new LinkedHashMap<>();
    private final Map<Account, JoinRequest> requests = new LinkedHashMap<>();
    /** Who left, and who was put out: whom strict servers do not let come back by the same door. */
    private final Set<Account> leavers = new HashSet<>();

    private final Set<Account> removed = new HashSet<>();
    private Text subject;
    private @Nullable Text description;
    private String inviteCode;
    private int memberVersion = 1;
    private int settingsVersion = 1;

    Group(Jid jid, boolean byLid, Account creator, Text subject, String inviteCode) {
        this.jid = jid;
        this.byLid = byLid;
        this.creator = creator;
        this.createdSeconds = subject.seconds();
        this.subject = subject;
        this.inviteCode = inviteCode;
        members.put(creator, Role.SUPERADMIN);
    }

    /**
     * The address.
     *
     * @return at the groups' server
     */
    public Jid jid() {
        return jid;
    }

    /**
     * By what address members write to each other.
     *
     * @return {@code lid} or {@code pn}
     */
    public String addressingMode() {
        return byLid ? "lid" : "pn";
    }

    /** Has members write to each other by the other address from now on. */
    void byLid(boolean byLid) {
        this.byLid = byLid;
    }

    Account creator() {
        return creator;
    }

    long createdSeconds() {
        return createdSeconds;
    }

    /**
     * By what address the group knows an account.
     *
     * @param account any
     * @return without device
     */
    public Jid address(Account account) {
        return byLid ? account.lid() : account.phoneNumber();
    }

    /** By what address the group knows a device. */
    Jid address(Device device) {
        return byLid ? device.lidJid() : device.phoneNumberJid();
    }

    /**
     * Adds to a stanza of the group who caused it, by both addresses.
     *
     * @param stanza of the group
     * @param actor the device that caused it
     * @return the same builder
     */
    public Node.Builder signedBy(Node.Builder stanza, Device actor) {
        return signed(stanza.attr("participant", address(actor)), actor.account());
    }

    /** Adds to a stanza of the group which account caused it, by both addresses. */
    Node.Builder signedBy(Node.Builder stanza, Account actor) {
        return signed(stanza.attr("participant", address(actor)), actor);
    }

    private Node.Builder signed(Node.Builder stanza, Account actor) {
        return stanza.attr(byLid ? "participant_pn" : "participant_lid", Addressing.unlike(address(actor), actor))
                .attr("addressing_mode", addressingMode());
    }

    /**
     * The members.
     *
     * @return in order of joining; a copy
     */
    public List<Account> members() {
        return List.copyOf(members.keySet());
    }

    /**
     * Tells members from others.
     *
     * @param account any
     * @return true if it is in the group
     */
    public boolean hasMember(Account account) {
        return members.containsKey(account);
    }

    Role role(Account member) {
        return members.getOrDefault(member, Role.MEMBER);
    }

    /**
     * Tells admins from others.
     *
     * @param account any
     * @return true if it is an admin, the creator included
     */
    public boolean isAdmin(Account account) {
        return role(account) != Role.MEMBER;
    }

    void put(Account member, Role role) {
        members.put(member, role);
        requests.remove(member);
        invitations.values().removeIf(invitation -> invitation.invited() == member);
        leavers.remove(member);
        removed.remove(member);
    }

    /** Notes that somebody who is out now went by itself. */
    void left(Account member) {
        remove(member);
        leavers.add(member);
    }

    /** Notes that somebody who is out now was put out. */
    void putOut(Account member) {
        remove(member);
        removed.add(member);
    }

    boolean wasLeft(Account account) {
        return leavers.contains(account);
    }

    boolean wasPutOut(Account account) {
        return removed.contains(account);
    }

    /** Invites somebody by a code of its own; an older one of the same admin is void. */
    void invite(Invitation invitation) {
        invitations.values().removeIf(older -> older.invited() == invitation.invited());
        invitations.put(invitation.code(), invitation);
    }

    Optional<Invitation> invitation(String code) {
        return Optional.ofNullable(invitations.get(code));
    }

    /** Takes back what somebody was invited by; false if there was nothing. */
    boolean uninvite(Account invited) {
        return invitations.values().removeIf(invitation -> invitation.invited() == invited);
    }

    /** Who waits to be let in, oldest first; a copy. */
    Map<Account, JoinRequest> requests() {
        return new LinkedHashMap<>(requests);
    }

    void request(Account account, JoinRequest request) {
        requests.putIfAbsent(account, request);
    }

    boolean withdraw(Account account) {
        return requests.remove(account) != null;
    }

    /**
     * Tells who may change how the group is called and looks.
     *
     * @param account any
     * @return true for admins, and for every member unless that is locked
     */
    public boolean mayEdit(Account account) {
        return isAdmin(account) || (hasMember(account) && !isLocked() && !isCommunity());
    }

    /** A group that loses its last admin gets its oldest member as one. */
    private void remove(Account member) {
        members.remove(member);
        if (!members.isEmpty() && members.keySet().stream().noneMatch(this::isAdmin)) {
            members.put(members.keySet().iterator().next(), Role.ADMIN);
        }
    }

    int memberVersion() {
        return memberVersion;
    }

    /** Counts a change of membership; answers the new version. */
    int nextMemberVersion() {
        return ++memberVersion;
    }

    int settingsVersion() {
        return settingsVersion;
    }

    /** Counts a change of settings; answers the new version. */
    int nextSettingsVersion() {
        return ++settingsVersion;
    }

    Text subject() {
        return subject;
    }

    void subject(Text subject) {
        this.subject = subject;
    }

    Optional<Text> description() {
        return Optional.ofNullable(description);
    }

    void description(@Nullable Text description) {
        this.description = description;
    }

    String inviteCode() {
        return inviteCode;
    }

    void inviteCode(String inviteCode) {
        this.inviteCode = inviteCode;
    }

    /** What is set, as it stands in the group element. */
    Collection<Node> settings() {
        return new ArrayList<>(settings.values());
    }

    void set(Node setting) {
        settings.put(setting.tag(), setting);
    }

    void unset(String tag) {
        settings.remove(tag);
    }

    /**
     * Tells whether admins alone may write.
     *
     * @return true if so
     */
    public boolean isAnnouncement() {
        return has("announcement");
    }

    boolean isLocked() {
        return has("locked");
    }

    /** Whether a switch is on. */
    boolean has(String setting) {
        return settings.containsKey(setting);
    }

    /** Whether a switch with a value has that value. */
    boolean has(String setting, String value) {
        Node node = settings.get(setting);
        return node != null && value.equals(node.text());
    }

    /**
     * Tells communities from groups.
     *
     * @return true if it is one: other groups are in it, and nobody writes to it
     */
    public boolean isCommunity() {
        return has("parent");
    }

    /** The community that this group is in. */
    Optional<Jid> community() {
        Node parent = settings.get("linked_parent");
        return parent == null ? Optional.empty() : Optional.of(parent.requireJid("jid"));
    }

    /** Whether this is the group of its community in which admins speak to all. */
    boolean isDefaultSubGroup() {
        return has("default_sub_group");
    }
}
