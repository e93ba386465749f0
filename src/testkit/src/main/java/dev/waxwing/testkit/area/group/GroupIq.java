package dev.waxwing.testkit.area.group;

import dev.waxwing.testkit.server.IqExchange;
import dev.waxwing.testkit.server.IqRefusal;

/** What all queries about groups share: their namespace, and who may ask. */
final class GroupIq {

    /** The namespace. */
    static final String XMLNS = "w:g2";

    private GroupIq() {}

    /** The group an iq is for, if who asks may know it. */
    static Group asMember(Groups groups, IqExchange iq) {
        Group group = iq.to().flatMap(groups::find).orElseThrow(() -> new IqRefusal(404, "item-not-found"));
        if (!group.hasMember(iq.device().account())) {
            throw new IqRefusal(403, "forbidden");
        }
        return group;
    }

    /** The group an iq is for, if who asks runs it. */
    static Group asAdmin(Groups groups, IqExchange iq) {
        Group group = asMember(groups, iq);
        if (!group.isAdmin(iq.device().account())) {
            throw new IqRefusal(403, "forbidden");
        }
        return group;
    }
}
