package dev.waxwing.testkit.area.group;

import dev.waxwing.testkit.server.IqExchange;
import dev.waxwing.testkit.server.IqRefusal;

/** What all queries about groups share: their namespace, and who may ask. */
final class GroupIq {

    /** The namespace. */
    static final String XMLNS = "w:g2";

    private GroupIq() {}

    /** The group an iq is for, whoever asks. */
    static Group of(Groups groups, IqExchange iq) {
        return iq.to().flatMap(groups::find).orElseThrow(GroupIq::notFound);
    }

    /** The group an iq is for, if who asks may know it. */
    static Group asMember(Groups groups, IqExchange iq) {
        Group group = of(groups, iq);
        if (!group.hasMember(iq.device().account())) {
            throw forbidden();
        }
        return group;
    }

    /** The group an iq is for, if who asks runs it. */
    static Group asAdmin(Groups groups, IqExchange iq) {
        Group group = asMember(groups, iq);
        if (!group.isAdmin(iq.device().account())) {
            throw forbidden();
        }
        return group;
    }

    /** The group an iq is for, if who asks may change how it is called and such. */
    static Group asEditor(Groups groups, IqExchange iq) {
        Group group = asMember(groups, iq);
        if (!group.mayEdit(iq.device().account())) {
            throw forbidden();
        }
        return group;
    }

    static IqRefusal notFound() {
        return new IqRefusal(404, "item-not-found");
    }

    static IqRefusal forbidden() {
        return new IqRefusal(403, "forbidden");
    }

    static IqRefusal notAcceptable() {
        return new IqRefusal(406, "not-acceptable");
    }
}
