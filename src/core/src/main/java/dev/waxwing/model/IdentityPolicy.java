package dev.waxwing.model;

/**
 * What happens when a person's identity key, or the pair of phone number and LID, is another than the one known. It may
 * be a new phone; it may be a server that puts itself between. What cannot be genuine, such as a companion that the
 * person's known phone did not sign, is refused under each policy.
 */
public enum IdentityPolicy {

    /** The application is told by {@code identity.change}, and messages go on flowing: as other clients do it. */
    TELL,

    /**
     * Nothing is encrypted for the new key and nothing decrypted from it until the application has confirmed it; a new
     * pair is not taken. The first key of a person is taken, and told, for there is nothing to compare it with but what
     * the two persons tell each other: see the safety number.
     */
    CONFIRM
}
