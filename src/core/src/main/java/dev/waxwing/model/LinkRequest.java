package dev.waxwing.model;

import static java.util.Objects.requireNonNull;

import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The account that a phone wants to link this device to, as it is told before the device accepts. The phone has proven
 * that it knows the QR code or the pairing code. A later version may add parts, so requests are made by
 * {@link #builder}.
 */
public final class LinkRequest {

    private final Jid me;
    private final @Nullable Jid lid;
    private final @Nullable String platform;
    private final @Nullable String businessName;

    private LinkRequest(Builder parts) {
        me = parts.me;
        lid = parts.lid;
        platform = parts.platform;
        businessName = parts.businessName;
    }

    /**
     * Starts a request that tells no more than the address.
     *
     * @param me this device's phone-number JID if it is linked, with the device
     * @return a new builder
     */
    public static Builder builder(Jid me) {
        return new Builder(requireNonNull(me, "me"));
    }

    /**
     * Starts a request from this one.
     *
     * @return a new builder with the parts of this request
     */
    public Builder toBuilder() {
        return new Builder(me).lid(lid).platform(platform).businessName(businessName);
    }

    /**
     * This device's phone-number JID if it is linked.
     *
     * @return the JID with the device; {@link Jid#person()} is the account
     */
    public Jid me() {
        return me;
    }

    /**
     * This device's LID if it is linked.
     *
     * @return the LID with the device, empty if the account has none
     */
    public Optional<Jid> lid() {
        return Optional.ofNullable(lid);
    }

    /**
     * What the phone runs.
     *
     * @return for example {@code android}, {@code ios}, {@code smba} or {@code smbi}; empty if not told
     */
    public Optional<String> platform() {
        return Optional.ofNullable(platform);
    }

    /**
     * The account's verified business name.
     *
     * @return the name, empty for accounts that have none
     */
    public Optional<String> businessName() {
        return Optional.ofNullable(businessName);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof LinkRequest request
                && me.equals(request.me)
                && Objects.equals(lid, request.lid)
                && Objects.equals(platform, request.platform)
                && Objects.equals(businessName, request.businessName);
    }

    @Override
    public int hashCode() {
        return Objects.hash(me, lid, platform, businessName);
    }

    @Override
    public String toString() {
        return "LinkRequest[me=" + me + ", lid=" + lid + ", platform=" + platform + ", businessName=" + businessName
                + "]";
    }

    /** Collects the parts of a request; each is unknown by default. Not thread-safe. */
    public static final class Builder {

        private final Jid me;
        private @Nullable Jid lid;
        private @Nullable String platform;
        private @Nullable String businessName;

        private Builder(Jid me) {
            this.me = me;
        }

        /**
         * This device's LID.
         *
         * @param lid the LID, or null if there is none
         * @return this builder
         */
        public Builder lid(@Nullable Jid lid) {
            this.lid = lid;
            return this;
        }

        /**
         * What the phone runs.
         *
         * @param platform as the service names it, or null if not told
         * @return this builder
         */
        public Builder platform(@Nullable String platform) {
            this.platform = platform;
            return this;
        }

        /**
         * The account's verified business name.
         *
         * @param businessName the name, or null if there is none
         * @return this builder
         */
        public Builder businessName(@Nullable String businessName) {
            this.businessName = businessName;
            return this;
        }

        /**
         * Makes the request.
         *
         * @return the request
         */
        public LinkRequest build() {
            return new LinkRequest(this);
        }
    }
}
