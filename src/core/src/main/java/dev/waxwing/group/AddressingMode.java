package dev.waxwing.group;

/** By which form of address the members of a group are named on the wire: {@code addressingMode}. */
public enum AddressingMode {
    /** By LID, as in all newer groups. */
    LID,
    /** By phone number. */
    PN
}
