package dev.waxwing.testkit.area.group;

import dev.waxwing.testkit.state.Account;
import java.util.OptionalInt;

/** Whether somebody lets others put it into groups. */
@FunctionalInterface
public interface Admission {

    /** Who adds is blocked by whom it adds. */
    int BLOCKED = 401;

    /** Whom it adds wants to be invited. */
    int INVITE = 403;

    /**
     * Asks whether an account may be put into a group.
     *
     * @param adder who adds
     * @param added whom
     * @return {@link #BLOCKED}, {@link #INVITE}, or nothing if it may
     */
    OptionalInt refusal(Account adder, Account added);
}
