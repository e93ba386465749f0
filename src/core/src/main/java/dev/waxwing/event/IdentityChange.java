package dev.waxwing.event;

import static java.util.Objects.requireNonNull;

import dev.waxwing.model.IdentityChangeKind;
import dev.waxwing.model.Jid;
import java.util.HexFormat;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Something about the keys or addresses of a person is new, or was refused because it is false. Unless it was refused,
 * messages go on flowing; an application that shows or compares safety numbers has a new one to show. Immutable; made
 * by {@link #builder}, so that it can grow.
 */
public final class IdentityChange {

    private static final int KEY_BYTES = 32;

    private final Jid user;
    private final @Nullable Jid userAlt;
    private final IdentityChangeKind kind;
    private final @Nullable Jid device;
    private final byte @Nullable [] identityKey;
    private final byte @Nullable [] formerKey;
    private final @Nullable Jid formerAlt;
    private final boolean refused;

    private IdentityChange(Builder builder) {
        user = builder.user;
        userAlt = builder.userAlt;
        kind = builder.kind;
        device = builder.device;
        identityKey = builder.identityKey;
        formerKey = builder.formerKey;
        formerAlt = builder.formerAlt;
        refused = builder.refused;
    }

    /**
     * Starts a change.
     *
     * @param user the person
     * @param kind what changed
     * @return a builder
     */
    public static Builder builder(Jid user, IdentityChangeKind kind) {
        return new Builder(user, kind);
    }

    /**
     * The person, in the form under which the chat is known.
     *
     * @return the person, without a device
     */
    public Jid user() {
        return user;
    }

    /**
     * The other form of the person's address. In a change of the pair it is the new one.
     *
     * @return the other form, if known
     */
    public Optional<Jid> userAlt() {
        return Optional.ofNullable(userAlt);
    }

    /**
     * What changed.
     *
     * @return the kind
     */
    public IdentityChangeKind kind() {
        return kind;
    }

    /**
     * The device that it is about.
     *
     * @return the device, empty if it is about the person
     */
    public Optional<Jid> device() {
        return Optional.ofNullable(device);
    }

    /**
     * The identity key that is new or was refused.
     *
     * @return a copy of 32 bytes, if there is one
     */
    public Optional<byte[]> identityKey() {
        return Optional.ofNullable(identityKey).map(byte[]::clone);
    }

    /**
     * The identity key that was known before, if it is another.
     *
     * @return a copy of 32 bytes, if there was one
     */
    public Optional<byte[]> formerKey() {
        return Optional.ofNullable(formerKey).map(byte[]::clone);
    }

    /**
     * In a change of the pair, the address that {@link #user()} was paired with before.
     *
     * @return the former counterpart, if there was one
     */
    public Optional<Jid> formerAlt() {
        return Optional.ofNullable(formerAlt);
    }

    /**
     * Whether it was refused: nothing is sent to it and nothing taken from it.
     *
     * @return false if it holds from now on
     */
    public boolean isRefused() {
        return refused;
    }

    /** All but the key, of which the first bytes are enough to tell one from another. */
    @Override
    public String toString() {
        return "IdentityChange[" + kind + (refused ? ", refused" : "") + ", user=" + user
                + (userAlt == null ? "" : ", userAlt=" + userAlt)
                + (device == null ? "" : ", device=" + device)
                + (formerAlt == null ? "" : ", formerAlt=" + formerAlt)
                + (identityKey == null ? "" : ", identityKey=" + beginning(identityKey))
                + (formerKey == null ? "" : ", formerKey=" + beginning(formerKey))
                + "]";
    }

    private static String beginning(byte[] key) {
        return HexFormat.of().formatHex(key, 0, 4) + "…";
    }

    /** Makes a change. Not thread-safe. */
    public static final class Builder {
        private final Jid user;
        private final IdentityChangeKind kind;
        private @Nullable Jid userAlt;
        private @Nullable Jid device;
        private byte @Nullable [] identityKey;
        private byte @Nullable [] formerKey;
        private @Nullable Jid formerAlt;
        private boolean refused;

        private Builder(Jid user, IdentityChangeKind kind) {
            this.user = requireNonNull(user, "user").person();
            this.kind = requireNonNull(kind, "kind");
        }

        /**
         * The other form of the person's address.
         *
         * @param other the other form, null if not known
         * @return this
         */
        public Builder userAlt(@Nullable Jid other) {
            userAlt = other == null ? null : other.person();
            return this;
        }

        /**
         * The device that it is about.
         *
         * @param which the device
         * @return this
         */
        public Builder device(Jid which) {
            device = requireNonNull(which, "device");
            return this;
        }

        /**
         * The identity key that is new or was refused.
         *
         * @param key 32 bytes; copied
         * @return this
         */
        public Builder identityKey(byte[] key) {
            identityKey = copyOf(key, "identityKey");
            return this;
        }

        /**
         * The identity key that was known before.
         *
         * @param key 32 bytes; copied
         * @return this
         */
        public Builder formerKey(byte[] key) {
            formerKey = copyOf(key, "formerKey");
            return this;
        }

        private static byte[] copyOf(byte[] key, String name) {
            if (requireNonNull(key, name).length != KEY_BYTES) {
                throw new IllegalArgumentException(name + " must be 32 bytes but was " + key.length);
            }
            return key.clone();
        }

        /**
         * The address that the person was paired with before.
         *
         * @param former the former counterpart, null if there was none
         * @return this
         */
        public Builder formerAlt(@Nullable Jid former) {
            formerAlt = former == null ? null : former.person();
            return this;
        }

        /**
         * Says that it was refused.
         *
         * @param isRefused true if nothing is sent to it and nothing taken from it; false unless told
         * @return this
         */
        public Builder refused(boolean isRefused) {
            refused = isRefused;
            return this;
        }

        /**
         * Makes the change.
         *
         * @return the change
         */
        public IdentityChange build() {
            return new IdentityChange(this);
        }
    }
}
