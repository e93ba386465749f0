package dev.waxwing.internal.status;

import dev.waxwing.internal.address.LidMappings;
import dev.waxwing.model.Jid;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Who must not see a status, by whichever form of the address. Reads the store. */
final class DenyList {

    private static final Logger LOG = LoggerFactory.getLogger(DenyList.class);

    private final LidMappings people;
    private final Set<Jid> denied = new HashSet<>();

    /** Whether somebody is on the list of whom only that form is known. */
    private final boolean hasLoneLid;

    private final boolean hasLoneNumber;

    DenyList(List<Jid> list, LidMappings people) {
        this.people = people;
        boolean loneLid = false;
        boolean loneNumber = false;
        for (Jid person : list) {
            denied.add(people.canonical(person));
            boolean isAlone = people.counterpart(person).isEmpty();
            loneLid |= isAlone && person.isLid();
            loneNumber |= isAlone && !person.isLid();
        }
        hasLoneLid = loneLid;
        hasLoneNumber = loneNumber;
    }

    /** Those of some people who may see it: also without those who may be on the list by the form that is not known. */
    List<Jid> without(List<Jid> contacts) {
        return contacts.stream().filter(this::isSurelyNotDenied).toList();
    }

    private boolean isSurelyNotDenied(Jid contact) {
        if (denied.contains(people.canonical(contact))) {
            return false;
        }
        boolean mayBeDenied = (contact.isLid() ? hasLoneNumber : hasLoneLid)
                && people.counterpart(contact).isEmpty();
        if (mayBeDenied) {
            LOG.warn("A contact may be somebody who must not see the status, and is left out");
            LOG.debug("Left out of a status: {}", contact);
        }
        return !mayBeDenied;
    }
}
