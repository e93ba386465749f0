package dev.waxwing.testkit.area;

import dev.waxwing.testkit.server.Account;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/** Whom each account has blocked. */
final class BlockLists {

    private final Map<Account, Set<Account>> byOwner = new HashMap<>();

    Set<Account> of(Account owner) {
        return Collections.unmodifiableSet(byOwner.getOrDefault(owner, Set.of()));
    }

    boolean isBlocked(Account owner, Account other) {
        return byOwner.getOrDefault(owner, Set.of()).contains(other);
    }

    void block(Account owner, Account other) {
        byOwner.computeIfAbsent(owner, unused -> new LinkedHashSet<>()).add(other);
    }

    void unblock(Account owner, Account other) {
        byOwner.getOrDefault(owner, new LinkedHashSet<>()).remove(other);
    }
}
