package dev.waxwing.testkit.area;

import dev.waxwing.testkit.server.Account;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/** Who has exchanged messages with whom, or shares a group: those whom the service tells of an account's devices and keys. */
final class Contacts {

    private final Groups groups;
    private final Map<Account, Set<Account>> met = new HashMap<>();

    Contacts(Groups groups) {
        this.groups = groups;
    }

    /** Notes that a message went from one account to another. */
    void met(Account one, Account other) {
        if (one != other
                && met.computeIfAbsent(one, unused -> new LinkedHashSet<>()).add(other)) {
            met.computeIfAbsent(other, unused -> new LinkedHashSet<>()).add(one);
        }
    }

    /** The contacts of an account, in the order in which it met them, then those of its groups; a copy. */
    Set<Account> of(Account account) {
        Set<Account> all = new LinkedHashSet<>(met.getOrDefault(account, Set.of()));
        groups.of(account).forEach(group -> all.addAll(group.members()));
        all.remove(account);
        return all;
    }
}
