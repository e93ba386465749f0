package dev.waxwing.testkit.area.group;

import dev.waxwing.internal.binary.Node;
import dev.waxwing.testkit.server.IqExchange;
import dev.waxwing.testkit.server.IqRefusal;
import dev.waxwing.testkit.server.Registrations;
import java.util.Map;

/** The switches of a group. Each is there or not there; some carry a value. */
final class GroupSettings {

    /** What takes a switch out again. */
    private static final Map<String, String> OPPOSITES = Map.of(
            "not_announcement", "announcement",
            "unlocked", "locked",
            "not_ephemeral", "ephemeral",
            "frequently_forwarded_ok", "no_frequently_forwarded",
            "not_allow_admin_reports", "allow_admin_reports",
            "no_group_history", "group_history");

    private static final Map<String, Boolean> SWITCHES = Map.of(
            "announcement", false,
            "locked", false,
            "ephemeral", false,
            "membership_approval_mode", false,
            "no_frequently_forwarded", false,
            "allow_admin_reports", false,
            "group_history", false,
            // With a value as text, which goes out as bytes whatever it came as.
            "member_add_mode", true,
            "member_link_mode", true,
            "member_share_group_history_mode", true);

    private final Groups groups;
    private final GroupNotifications notifications;

    GroupSettings(Groups groups, GroupNotifications notifications) {
        this.groups = groups;
        this.notifications = notifications;
    }

    void register(Registrations on) {
        SWITCHES.keySet().forEach(tag -> on.iq(GroupIq.XMLNS, "set", tag, this::change));
        OPPOSITES.keySet().forEach(tag -> on.iq(GroupIq.XMLNS, "set", tag, this::change));
    }

    private void change(IqExchange iq) {
        Group group = GroupIq.asAdmin(groups, iq);
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
        } else if (SWITCHES.containsKey(child.tag())) {
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
                || (child.tag().equals("ephemeral") && child.longAttr("expiration", 0) == 0);
    }

    private static Node written(Node child) {
        if (!SWITCHES.getOrDefault(child.tag(), false)) {
            return child;
        }
        byte[] value = child.bytes();
        if (value == null) {
            throw new IqRefusal(400, "bad-request");
        }
        return Node.builder(child.tag()).bytes(value).build();
    }
}
