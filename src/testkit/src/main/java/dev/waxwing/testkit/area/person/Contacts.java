package dev.waxwing.testkit.area.person;

import dev.waxwing.testkit.area.group.Groups;
import dev.waxwing.testkit.state.Account;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * Who has exchanged messages with whom, or shares a group: those whom the service tells of an account's devices and
 * keys.
 */
public final class Contacts {

    private final Groups groups;
    private final Map<Account, Set<Account>> met = new HashMap<>();

    /**
     * Creates them: at first nobody has met.
     *
     * @param groups whose members know each other
     */
    public Contacts(Groups groups) {
        this.groups = groups;
    }

    /**
     * Notes that a message went from one account to another.
     *
     * @param one account
     * @param other account
     */
    public void met(Account one, Account other) {
        if (one != other
                && met.computeIfAbsent(one, unused -> new LinkedHashSet<>()).add(other)) {
            met.computeIfAbsent(other, unused -> new LinkedHashSet<>()).add(one);
        }
    }

    /**
     * The contacts of an account.
     *
     * @param account whose
     * @return in the order in which it met them, then those of its groups; a copy
     */
    public Set<Account> of(Account account) {
        Set<Account> all = new LinkedHashSet<>(met.getOrDefault(account, Set.of()));
        groups.of(account).forEach(group -> all.addAll(group.members()));
        all.remove(account);
        return all;
    }
}
