package dev.waxwing.group;

/** What is done to members of a group. Later versions may add more. */
public enum ParticipantAction {
    /** They come in. */
    ADD,
    /** They are out; by themselves, if they are the author of the change. */
    REMOVE,
    /** They become admins. */
    PROMOTE,
    /** They are admins no more. */
    DEMOTE,
    /** They have another number. Only in events. */
    MODIFY
}
