package dev.waxwing.group;

/** Whom a setting of a group lets do something: {@code all_member_add} and {@code admin_add}, for example. */
public enum WhoMay {
    /** Every member. */
    ALL_MEMBERS,
    /** Admins only. */
    ADMINS
}
