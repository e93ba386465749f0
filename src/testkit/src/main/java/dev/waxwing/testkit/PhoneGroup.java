package dev.waxwing.testkit;

import static java.util.Objects.requireNonNull;

import dev.waxwing.internal.binary.Node;
import dev.waxwing.model.Jid;
import dev.waxwing.proto.e2e.Message;
import dev.waxwing.testkit.phone.PhoneMessage;
import dev.waxwing.testkit.phone.SimulatedPhone;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * A group or community as the owner of one phone handles it. Each call asks the server at that moment and comes under
 * the same rules as a linked device: what the server refuses ends in an {@link IllegalStateException} that names its
 * code, as 403 for somebody who is no admin. Methods may be called from any thread; all devices of the members, the
 * phone's own companions included, get the notice of what was done.
 */
public final class PhoneGroup {

    static final String XMLNS = "w:g2";

    private final Phone owner;
    private final SimulatedPhone phone;
    private final Jid jid;

    PhoneGroup(Phone owner, SimulatedPhone phone, Jid jid) {
        this.owner = owner;
        this.phone = phone;
        this.jid = jid;
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
     * Whose view this is.
     *
     * @return the phone
     */
    public Phone phone() {
        return owner;
    }

    /**
     * Writes to the group: see {@link Phone#sendText}.
     *
     * @param text what to write
     * @return the message as it was sent
     */
    public PhoneMessage sendText(String text) {
        return owner.sendText(jid, text);
    }

    /**
     * Sends any content to the group: see {@link Phone#send}.
     *
     * @param content what to send
     * @return the message as it was sent
     */
    public PhoneMessage send(Message content) {
        return owner.send(jid, content);
    }

    /**
     * What the group is called.
     *
     * @return the subject
     */
    public String subject() {
        return metadata().requireAttr("subject");
    }

    /**
     * What stands under the subject.
     *
     * @return the description, or nothing if there is none
     */
    public Optional<String> description() {
        return Optional.ofNullable(metadata().child("description"))
                .map(description -> Objects.requireNonNullElse(
                        description.requireChild("body").text(), ""));
    }

    /**
     * Who is in the group.
     *
     * @return by phone number, in order of joining
     */
    public List<Jid> members() {
        return people(false);
    }

    /**
     * Who runs the group.
     *
     * @return by phone number, in order of joining, the creator included
     */
    public List<Jid> admins() {
        return people(true);
    }

    private List<Jid> people(boolean adminsOnly) {
        return metadata().children("participant").stream()
                .filter(participant -> !adminsOnly || participant.hasAttr("type"))
                .map(PhoneGroup::phoneNumber)
                .toList();
    }

    private static Jid phoneNumber(Node participant) {
        Jid jid = participant.requireJid("jid");
        return jid.isLid() ? participant.requireJid("phone_number") : jid;
    }

    /**
     * The group as the server describes it to a member.
     *
     * @return the {@code <group>} element
     */
    public Node metadata() {
        return ask("get", Node.builder("query").attr("request", "interactive").build())
                .requireChild("group");
    }

    /**
     * Adds people.
     *
     * @param people by phone number or LID
     * @throws IllegalStateException if any could not be added; the others are in
     */
    public void add(Jid... people) {
        change("add", people);
    }

    /**
     * Puts people out.
     *
     * @param people by phone number or LID
     * @throws IllegalStateException if any could not be put out; the others are
     */
    public void remove(Jid... people) {
        change("remove", people);
    }

    /**
     * Makes members admins.
     *
     * @param people by phone number or LID
     * @throws IllegalStateException if any could not be made one; the others are
     */
    public void promote(Jid... people) {
        change("promote", people);
    }

    /**
     * Makes admins mere members.
     *
     * @param people by phone number or LID
     * @throws IllegalStateException if any could not; the creator never can
     */
    public void demote(Jid... people) {
        change("demote", people);
    }

    private void change(String action, Jid... people) {
        Node answer =
                ask("set", Node.builder(action).children(participants(people)).build());
        List<String> failed = answer.requireChild(action).children("participant").stream()
                .filter(participant -> participant.hasAttr("error"))
                .map(participant -> participant.requireJid("jid") + " " + participant.attr("error"))
                .toList();
        if (!failed.isEmpty()) {
            throw new IllegalStateException("could not " + action + " " + String.join(", ", failed));
        }
    }

    static List<Node> participants(Jid... people) {
        List<Node> participants = new ArrayList<>();
        for (Jid person : people) {
            participants.add(Node.builder("participant")
                    .attr("jid", requireNonNull(person, "people").withoutDevice())
                    .build());
        }
        return participants;
    }

    /** Leaves the group; a community with all its groups. */
    public void leave() {
        ask(
                Jid.GROUP_SERVER,
                "set",
                Node.builder("leave")
                        .child(Node.builder("group").attr("id", jid).build())
                        .build());
    }

    /**
     * Gives the group another name.
     *
     * @param subject 1 to 100 characters
     */
    public void rename(String subject) {
        ask("set", text("subject", subject));
    }

    /**
     * Writes under the subject.
     *
     * @param text at most 2,048 characters; empty takes the description away
     */
    public void describe(String text) {
        Node present = metadata().child("description");
        Node.Builder change =
                Node.builder("description").attrIfPresent("prev", present == null ? null : present.attr("id"));
        ask(
                "set",
                text.isEmpty()
                        ? change.attr("delete", "true").build()
                        : change.child(text("body", text)).build());
    }

    /**
     * Sets who may write.
     *
     * @param adminsOnly true for an announcement group
     */
    public void announcement(boolean adminsOnly) {
        ask(
                "set",
                Node.builder(adminsOnly ? "announcement" : "not_announcement").build());
    }

    /**
     * Sets who may change the subject, the description and the timer.
     *
     * @param adminsOnly true to lock the group
     */
    public void locked(boolean adminsOnly) {
        ask("set", Node.builder(adminsOnly ? "locked" : "unlocked").build());
    }

    /**
     * Sets whether admins let people in who come by the link, by the community or through a member.
     *
     * @param needed true if they wait for an admin
     */
    public void joinApproval(boolean needed) {
        ask(
                "set",
                Node.builder("membership_approval_mode")
                        .child(Node.builder("group_join")
                                .attr("state", needed ? "on" : "off")
                                .build())
                        .build());
    }

    /**
     * Sets who may add people.
     *
     * @param everybody false for admins alone
     */
    public void membersAdd(boolean everybody) {
        ask("set", text("member_add_mode", everybody ? "all_member_add" : "admin_add"));
    }

    /**
     * Sets how long messages live.
     *
     * @param timer zero for ever
     */
    public void disappearing(Duration timer) {
        ask(
                "set",
                timer.isZero()
                        ? Node.builder("not_ephemeral").build()
                        : Node.builder("ephemeral")
                                .attr("expiration", timer.toSeconds())
                                .build());
    }

    /**
     * The code of the invite link.
     *
     * @return what stands behind {@code https://chat.whatsapp.com/}
     */
    public String inviteCode() {
        return ask("get", Node.builder("invite").build()).requireChild("invite").requireAttr("code");
    }

    /**
     * Voids the invite link.
     *
     * @return the code of the new one
     */
    public String renewInviteCode() {
        return ask("set", Node.builder("invite").build()).requireChild("invite").requireAttr("code");
    }

    /**
     * Who waits to be let in.
     *
     * @return by phone number, oldest first
     */
    public List<Jid> joinRequests() {
        return ask("get", Node.builder("membership_approval_requests").build())
                .requireChild("membership_approval_requests")
                .children()
                .stream()
                .map(PhoneGroup::phoneNumber)
                .toList();
    }

    /**
     * Lets people in who wait, or sends them away.
     *
     * @param let true to let them in
     * @param people by phone number or LID
     * @throws IllegalStateException if any of them does not wait
     */
    public void decide(boolean let, Jid... people) {
        String action = let ? "approve" : "reject";
        Node answer = ask(
                "set",
                Node.builder("membership_requests_action")
                        .child(Node.builder(action)
                                .children(participants(people))
                                .build())
                        .build());
        if (answer.requireChild("membership_requests_action").requireChild(action).children().stream()
                .anyMatch(participant -> participant.hasAttr("error"))) {
            throw new IllegalStateException("not all of those wait to be let in: " + List.of(people));
        }
    }

    /**
     * The groups of a community.
     *
     * @return each with the same phone's view, the announcement group first
     */
    public List<PhoneGroup> subGroups() {
        return ask("get", Node.builder("sub_groups").build()).requireChild("sub_groups").children().stream()
                .map(group -> new PhoneGroup(owner, phone, Jid.group(group.requireAttr("id"))))
                .toList();
    }

    /**
     * Takes an existing group into this community.
     *
     * @param group of which the phone's account is an admin
     */
    public void link(Jid group) {
        Node answer = ask(
                "set",
                Node.builder("links")
                        .child(Node.builder("link")
                                .attr("link_type", "sub_group")
                                .child(Node.builder("group").attr("jid", group).build())
                                .build())
                        .build());
        requireDone(answer.requireChild("links").requireChild("link"));
    }

    /**
     * Lets a group of this community go.
     *
     * @param group of this community
     */
    public void unlink(Jid group) {
        Node answer = ask(
                "set",
                Node.builder("unlink")
                        .attr("unlink_type", "sub_group")
                        .child(Node.builder("group").attr("jid", group).build())
                        .build());
        requireDone(answer.requireChild("unlink"));
    }

    private static void requireDone(Node answered) {
        String error = answered.requireChild("group").attr("error");
        if (error != null) {
            throw new IllegalStateException("the server answered " + error);
        }
    }

    /**
     * Joins a group of this community.
     *
     * @param group of this community
     */
    public void joinLinked(Jid group) {
        ask("set", Node.builder("join_linked_group").attr("jid", group).build());
    }

    /** Ends a community; its groups go on without it. */
    public void deactivate() {
        ask("set", Node.builder("delete_parent").build());
    }

    private static Node text(String tag, String text) {
        return Node.builder(tag).bytes(text.getBytes(StandardCharsets.UTF_8)).build();
    }

    private Node ask(String type, Node child) {
        return ask(jid, type, child);
    }

    private Node ask(Jid to, String type, Node child) {
        return ask(phone, to, type, child);
    }

    static Node ask(SimulatedPhone phone, Jid to, String type, Node child) {
        Node answer = phone.request(to, type, XMLNS, child);
        if ("error".equals(answer.attr("type"))) {
            Node error = answer.requireChild("error");
            throw new IllegalStateException(
                    "the server answered " + error.attr("code") + " " + error.attr("text") + " to " + child.tag());
        }
        return answer;
    }

    @Override
    public String toString() {
        return "PhoneGroup[" + jid + " of " + owner.name() + "]";
    }
}
