package dev.waxwing.event;

import dev.waxwing.model.Jid;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The public part of the account's credentials after a change. The credentials themselves never leave the store. A
 * later version may add parts, so updates are made by {@link #builder}.
 */
public final class CredsUpdate {

    private final @Nullable Jid me;
    private final @Nullable Jid lid;
    private final @Nullable String pushName;

    private CredsUpdate(Builder parts) {
        me = parts.me;
        lid = parts.lid;
        pushName = parts.pushName;
    }

    /**
     * Starts an update that tells nothing.
     *
     * @return a new builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Starts an update from this one.
     *
     * @return a new builder with the parts of this update
     */
    public Builder toBuilder() {
        return new Builder().me(me).lid(lid).pushName(pushName);
    }

    /**
     * This device's phone-number JID.
     *
     * @return the JID, present once linked
     */
    public Optional<Jid> me() {
        return Optional.ofNullable(me);
    }

    /**
     * This device's LID.
     *
     * @return the LID, present once known
     */
    public Optional<Jid> lid() {
        return Optional.ofNullable(lid);
    }

    /**
     * The account's display name.
     *
     * @return the name, present once known
     */
    public Optional<String> pushName() {
        return Optional.ofNullable(pushName);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof CredsUpdate update
                && Objects.equals(me, update.me)
                && Objects.equals(lid, update.lid)
                && Objects.equals(pushName, update.pushName);
    }

    @Override
    public int hashCode() {
        return Objects.hash(me, lid, pushName);
    }

    @Override
    public String toString() {
        return "CredsUpdate[me=" + me + ", lid=" + lid + ", pushName=" + pushName + "]";
    }

    /** Collects the parts of an update; each is unknown by default. Not thread-safe. */
    public static final class Builder {

        private @Nullable Jid me;
        private @Nullable Jid lid;
        private @Nullable String pushName;

        private Builder() {}

        /**
         * This device's phone-number JID.
         *
         * @param me the JID, or null if not linked
         * @return this builder
         */
        public Builder me(@Nullable Jid me) {
            this.me = me;
            return this;
        }

        /**
         * This device's LID.
         *
         * @param lid the LID, or null if not known
         * @return this builder
         */
        public Builder lid(@Nullable Jid lid) {
            this.lid = lid;
            return this;
        }

        /**
         * The account's display name.
         *
         * @param pushName the name, or null if not known
         * @return this builder
         */
        public Builder pushName(@Nullable String pushName) {
            this.pushName = pushName;
            return this;
        }

        /**
         * Makes the update.
         *
         * @return the update
         */
        public CredsUpdate build() {
            return new CredsUpdate(this);
        }
    }
}
