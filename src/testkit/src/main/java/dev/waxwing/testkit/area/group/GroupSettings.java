package dev.waxwing.testkit.area.group;

import dev.waxwing.internal.binary.Node;
import dev.waxwing.testkit.server.IqExchange;
import dev.waxwing.testkit.server.IqRefusal;
import dev.waxwing.testkit.server.Registrations;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;

/** The switches of a group. Each is there or not there; some carry a value. */
final class GroupSettings {

    private static final String EPHEMERAL = "ephemeral";

    /** What takes a switch out again. */
    private static final Map<String, String> OPPOSITES = Map.of(
            "not_announcement", "announcement",
            "unlocked", "locked",
            "not_ephemeral", EPHEMERAL,
            "frequently_forwarded_ok", "no_frequently_forwarded",
            "not_allow_admin_reports", "allow_admin_reports",
            "no_group_history", "group_history",
            "not_allow_non_admin_sub_group_creation", "allow_non_admin_sub_group_creation");

    private static final Set<String> SWITCHES = Set.of(
            "announcement",
            "locked",
            EPHEMERAL,
            "membership_approval_mode",
            "no_frequently_forwarded",
            "allow_admin_reports",
            "group_history",
            "allow_non_admin_sub_group_creation");

    /** With a value as text, which goes out as bytes whatever it came as: whatsmeow reads nothing else. */
    private static final Map<String, Set<String>> MODES = Map.of(
            "member_add_mode", Set.of("admin_add", "all_member_add"),
            "member_link_mode", Set.of("admin_link", "all_member_link"),
            "member_share_group_history_mode", Set.of("admin_share", "all_member_share"));

    private final Groups groups;
    private final GroupNotifications notifications;

    GroupSettings(Groups groups, GroupNotifications notifications) {
        this.groups = groups;
        this.notifications = notifications;
    }

    void register(Registrations on) {
        SWITCHES.forEach(tag -> on.iq(GroupIq.XMLNS, "set", tag, this::change));
        MODES.keySet().forEach(tag -> on.iq(GroupIq.XMLNS, "set", tag, this::change));
        OPPOSITES.keySet().forEach(tag -> on.iq(GroupIq.XMLNS, "set", tag, this::change));
    }

    private void change(IqExchange iq) {
        // The timer is what every member may set that may set the subject.
        Group group = iq.child().tag().endsWith(EPHEMERAL) ? GroupIq.asEditor(groups, iq) : GroupIq.asAdmin(groups, iq);
        Node what = written(iq.child());
        apply(group, what);
        int version = group.nextSettingsVersion();
        iq.reply();
        notifications.send(
                group, iq.device(), what.toBuilder().attr("v_id", version).build(), group.members());
    }

    /** Applies a child of a creation or change, if it is a setting. */
    static void apply(Group group, Node child) {
        String opposite = OPPOSITES.get(child.tag());
        if (opposite != null) {
            group.unset(opposite);
        } else if (SWITCHES.contains(child.tag()) || MODES.containsKey(child.tag())) {
            if (isOff(child)) {
                group.unset(child.tag());
            } else {
                group.set(written(child));
            }
        }
    }

    /** Approval that is off and a timer of zero are as good as absent. */
    private static boolean isOff(Node child) {
        Node join = child.child("group_join");
        return (join != null && "off".equals(join.attr("state")))
                || (child.tag().equals(EPHEMERAL) && child.longAttr("expiration", 0) == 0);
    }

    private static Node written(Node child) {
        Set<String> values = MODES.get(child.tag());
        if (values == null) {
            if (child.tag().equals("membership_approval_mode") && child.child("group_join") == null) {
                throw new IqRefusal(400, "bad-request");
            }
            return child;
        }
        String value = child.text();
        if (value == null || !values.contains(value)) {
            throw new IqRefusal(400, "bad-request");
        }
        return Node.builder(child.tag())
                .bytes(value.getBytes(StandardCharsets.UTF_8))
                .build();
    }
}
