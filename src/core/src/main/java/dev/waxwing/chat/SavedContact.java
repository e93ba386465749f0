package dev.waxwing.chat;

import static java.util.Objects.requireNonNull;

import dev.waxwing.model.Jid;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A person in the account's address book. Two with the same parts are equal. A later version may add parts, so they are
 * made by {@link #builder}.
 */
public final class SavedContact {

    private static final int LONGEST = 1_024;

    private final Jid id;
    private final @Nullable String fullName;
    private final @Nullable String firstName;
    private final @Nullable String username;
    private final @Nullable Jid lid;
    private final @Nullable Jid phoneNumber;
    private final boolean onPhone;
    private final boolean removed;

    private SavedContact(Builder parts) {
        id = parts.id;
        fullName = parts.fullName;
        firstName = parts.firstName;
        username = parts.username;
        lid = parts.lid;
        phoneNumber = parts.phoneNumber;
        onPhone = parts.onPhone;
        removed = parts.removed;
    }

    /**
     * Starts a contact without a name.
     *
     * @param id the person, by phone number or LID
     * @return a new builder
     * @throws IllegalArgumentException if it is no person
     */
    public static Builder builder(Jid id) {
        return new Builder(id);
    }

    /**
     * Starts a contact from this one.
     *
     * @return a new builder with the parts of this contact
     */
    public Builder toBuilder() {
        Builder parts = new Builder(id).onPhone(onPhone).removed(removed);
        parts.fullName = fullName;
        parts.firstName = firstName;
        parts.username = username;
        parts.lid = lid;
        parts.phoneNumber = phoneNumber;
        return parts;
    }

    /**
     * The person.
     *
     * @return without a device
     */
    public Jid id() {
        return id;
    }

    /**
     * The whole name.
     *
     * @return the name, if there is one
     */
    public Optional<String> fullName() {
        return Optional.ofNullable(fullName);
    }

    /**
     * The first name.
     *
     * @return the name, if there is one
     */
    public Optional<String> firstName() {
        return Optional.ofNullable(firstName);
    }

    /**
     * The name by which the person can be found.
     *
     * @return the name, if there is one
     */
    public Optional<String> username() {
        return Optional.ofNullable(username);
    }

    /**
     * The person's LID.
     *
     * @return the LID, if known
     */
    public Optional<Jid> lid() {
        return Optional.ofNullable(lid);
    }

    /**
     * The person's phone number.
     *
     * @return the number, if known
     */
    public Optional<Jid> phoneNumber() {
        return Optional.ofNullable(phoneNumber);
    }

    /**
     * Whether the phone keeps the person in its own address book.
     *
     * @return true if so
     */
    public boolean isOnPhone() {
        return onPhone;
    }

    /**
     * Whether the person was taken out.
     *
     * @return true if so
     */
    public boolean isRemoved() {
        return removed;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SavedContact contact
                && id.equals(contact.id)
                && Objects.equals(fullName, contact.fullName)
                && Objects.equals(firstName, contact.firstName)
                && Objects.equals(username, contact.username)
                && Objects.equals(lid, contact.lid)
                && Objects.equals(phoneNumber, contact.phoneNumber)
                && onPhone == contact.onPhone
                && removed == contact.removed;
    }

    @Override
    public int hashCode() {
        return Objects.hash(id, fullName, firstName, username, lid, phoneNumber, onPhone, removed);
    }

    /** Without the names. */
    @Override
    public String toString() {
        return "SavedContact[" + id + (removed ? " removed]" : "]");
    }

    /** Collects the parts of a contact. Not thread-safe. */
    public static final class Builder {

        private final Jid id;
        private @Nullable String fullName;
        private @Nullable String firstName;
        private @Nullable String username;
        private @Nullable Jid lid;
        private @Nullable Jid phoneNumber;
        private boolean onPhone;
        private boolean removed;

        private Builder(Jid id) {
            if (!requireNonNull(id, "id").isUser()) {
                throw new IllegalArgumentException("id must be a person but was " + id);
            }
            this.id = id.person();
        }

        /**
         * The whole name; default none.
         *
         * @param fullName at most 1,024 characters
         * @return this builder
         */
        public Builder fullName(String fullName) {
            this.fullName = checked(fullName, "fullName");
            return this;
        }

        /**
         * The first name; default none.
         *
         * @param firstName at most 1,024 characters
         * @return this builder
         */
        public Builder firstName(String firstName) {
            this.firstName = checked(firstName, "firstName");
            return this;
        }

        /**
         * The name by which the person can be found; default none.
         *
         * @param username at most 1,024 characters
         * @return this builder
         */
        public Builder username(String username) {
            this.username = checked(username, "username");
            return this;
        }

        /**
         * The person's LID; default not known.
         *
         * @param lid the LID
         * @return this builder
         */
        public Builder lid(Jid lid) {
            if (!requireNonNull(lid, "lid").isLid()) {
                throw new IllegalArgumentException("lid must be a LID but was " + lid);
            }
            this.lid = lid.person();
            return this;
        }

        /**
         * The person's phone number; default not known.
         *
         * @param phoneNumber the number
         * @return this builder
         */
        public Builder phoneNumber(Jid phoneNumber) {
            if (!requireNonNull(phoneNumber, "phoneNumber").isPhone()) {
                throw new IllegalArgumentException("phoneNumber must be a phone number but was " + phoneNumber);
            }
            this.phoneNumber = phoneNumber.person();
            return this;
        }

        /**
         * Whether the phone is to keep the person in its own address book; default no.
         *
         * @param onPhone true to keep it there
         * @return this builder
         */
        public Builder onPhone(boolean onPhone) {
            this.onPhone = onPhone;
            return this;
        }

        /**
         * Whether the person was taken out; default no.
         *
         * @param removed true if so
         * @return this builder
         */
        public Builder removed(boolean removed) {
            this.removed = removed;
            return this;
        }

        /**
         * Makes the contact.
         *
         * @return the contact
         */
        public SavedContact build() {
            return new SavedContact(this);
        }

        private static String checked(String name, String what) {
            if (requireNonNull(name, what).length() > LONGEST) {
                throw new IllegalArgumentException(what + " must have at most " + LONGEST + " characters");
            }
            return name;
        }
    }
}
