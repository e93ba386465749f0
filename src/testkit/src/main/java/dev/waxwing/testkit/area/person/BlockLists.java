package dev.waxwing.testkit.area.person;

import dev.waxwing.testkit.state.Account;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/** Whom each account has blocked. */
public final class BlockLists {

    private final Map<Account, Set<Account>> byOwner = new HashMap<>();
    private final Map<Account, Integer> versions = new HashMap<>();

    /** Creates them empty. */
    public BlockLists() {}

    Set<Account> of(Account owner) {
        return Collections.unmodifiableSet(byOwner.getOrDefault(owner, Set.of()));
    }

    /**
     * Tells whether an account does not hear another.
     *
     * @param owner of the list
     * @param other perhaps in it
     * @return true if it is in the list
     */
    public boolean isBlocked(Account owner, Account other) {
        return byOwner.getOrDefault(owner, Set.of()).contains(other);
    }

    /** Another one after each change. */
    String hash(Account owner) {
        return "loopback-" + versions.getOrDefault(owner, 0);
    }

    void block(Account owner, Account other) {
        byOwner.computeIfAbsent(owner, unused -> new LinkedHashSet<>()).add(other);
        versions.merge(owner, 1, Integer::sum);
    }

    void unblock(Account owner, Account other) {
        byOwner.getOrDefault(owner, new LinkedHashSet<>()).remove(other);
        versions.merge(owner, 1, Integer::sum);
    }
}
