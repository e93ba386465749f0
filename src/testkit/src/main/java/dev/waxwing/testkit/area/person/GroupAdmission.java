package dev.waxwing.testkit.area.person;

import dev.waxwing.testkit.area.group.Admission;
import dev.waxwing.testkit.state.Account;
import java.util.OptionalInt;

/** Who lets whom put it into groups: by the block list and the privacy setting {@code groupadd}. */
public final class GroupAdmission implements Admission {

    private final BlockLists blockLists;
    private final PrivacySettings privacy;
    private final Contacts contacts;

    /**
     * Creates it.
     *
     * @param blockLists who is blocked may add nobody who blocked it
     * @param privacy who lets whom
     * @param contacts of those who let only them
     */
    public GroupAdmission(BlockLists blockLists, PrivacySettings privacy, Contacts contacts) {
        this.blockLists = blockLists;
        this.privacy = privacy;
        this.contacts = contacts;
    }

    @Override
    public OptionalInt refusal(Account adder, Account added) {
        if (blockLists.isBlocked(added, adder)) {
            return OptionalInt.of(BLOCKED);
        }
        boolean invited = switch (privacy.of(added).getOrDefault("groupadd", "all")) {
            case "all" -> false;
            case "none" -> true;
            default -> !contacts.of(added).contains(adder);
        };
        return invited ? OptionalInt.of(INVITE) : OptionalInt.empty();
    }
}
