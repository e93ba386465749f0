package dev.waxwing.error;

import static java.util.Objects.requireNonNull;

/**
 * A person's identity key is another than the one known, and this account is configured to use no such key before it
 * was confirmed. Nothing was sent. Reaction: compare safety numbers, confirm the change that {@code identity.change}
 * told of, and call again.
 */
public final class IdentityNotConfirmedException extends WaxwingException {

    private static final long serialVersionUID = 1L;

    /** The person's address as text, since addresses are not serializable. */
    private final String person;

    /**
     * Creates the exception.
     *
     * @param person the person's address
     */
    public IdentityNotConfirmedException(String person) {
        super(
                "the identity key of " + requireNonNull(person, "person")
                        + " is another than before and was not confirmed",
                null);
        this.person = person;
    }

    /**
     * Whose key it is.
     *
     * @return the person's address as text
     */
    public String person() {
        return person;
    }

    @Override
    public boolean isRetryable() {
        return false;
    }
}
