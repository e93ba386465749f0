package dev.waxwing.internal.account;

import static java.util.Objects.requireNonNull;

import dev.waxwing.internal.crypto.Curve25519;
import dev.waxwing.internal.crypto.KeyPair;
import dev.waxwing.internal.crypto.RandomBytes;
import dev.waxwing.model.Jid;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Who this account is on the service: made before the first connection, completed by pairing, kept until logout.
 * Immutable, save that the arrays are shared and not copied.
 */
public final class Credentials {

    /** Length of the ADV secret, in bytes. */
    public static final int ADV_SECRET_BYTES = 32;

    /** The largest registration id that every peer takes (observed; 14 bits less the reserved values). */
    public static final int MAX_REGISTRATION_ID = 16_380;

    private final KeyPair noiseKey;
    private final KeyPair identityKey;
    private final SignedPreKey signedPreKey;
    private final int registrationId;
    private final byte[] advSecret;
    private final @Nullable Jid me;
    private final @Nullable Jid lid;
    private final byte @Nullable [] account;
    private final @Nullable String pushName;
    private final @Nullable String platform;
    private final @Nullable String businessName;
    private final byte @Nullable [] routingInfo;
    private final byte @Nullable [] serverCertChain;
    private final @Nullable Instant signedPreKeySince;
    private final int nextPreKeyId;
    private final int firstUnuploadedPreKeyId;

    private Credentials(Builder builder) {
        noiseKey = builder.noiseKey;
        identityKey = builder.identityKey;
        signedPreKey = builder.signedPreKey;
        registrationId = builder.registrationId;
        advSecret = builder.advSecret;
        me = builder.me;
        lid = builder.lid;
        account = builder.account;
        pushName = builder.pushName;
        platform = builder.platform;
        businessName = builder.businessName;
        routingInfo = builder.routingInfo;
        serverCertChain = builder.serverCertChain;
        signedPreKeySince = builder.signedPreKeySince;
        nextPreKeyId = builder.nextPreKeyId;
        firstUnuploadedPreKeyId = builder.firstUnuploadedPreKeyId;
    }

    /**
     * Makes fresh credentials of a device that is not linked.
     *
     * @return new keys, signed pre-key 1, registration id 1 to {@value #MAX_REGISTRATION_ID}, no address
     */
    public static Credentials create() {
        KeyPair identity = Curve25519.generate();
        return builder(
                        Curve25519.generate(),
                        identity,
                        SignedPreKey.create(1, identity),
                        1 + RandomBytes.nextInt(MAX_REGISTRATION_ID),
                        RandomBytes.next(ADV_SECRET_BYTES))
                .build();
    }

    /**
     * Starts from given keys.
     *
     * @param noiseKey the static key of every Noise handshake
     * @param identityKey the Signal identity
     * @param signedPreKey the current signed pre-key, signed by the identity
     * @param registrationId 1 to {@value #MAX_REGISTRATION_ID}
     * @param advSecret 32 bytes
     * @return a builder with no address and no pre-keys made yet
     */
    public static Builder builder(
            KeyPair noiseKey, KeyPair identityKey, SignedPreKey signedPreKey, int registrationId, byte[] advSecret) {
        return new Builder(noiseKey, identityKey, signedPreKey, registrationId, advSecret);
    }

    /**
     * A builder that holds these values.
     *
     * @return a new builder
     */
    public Builder toBuilder() {
        Builder builder = new Builder(noiseKey, identityKey, signedPreKey, registrationId, advSecret);
        builder.me = me;
        builder.lid = lid;
        builder.account = account;
        builder.pushName = pushName;
        builder.platform = platform;
        builder.businessName = businessName;
        builder.routingInfo = routingInfo;
        builder.serverCertChain = serverCertChain;
        builder.signedPreKeySince = signedPreKeySince;
        builder.nextPreKeyId = nextPreKeyId;
        builder.firstUnuploadedPreKeyId = firstUnuploadedPreKeyId;
        return builder;
    }

    /**
     * The static key of every Noise handshake.
     *
     * @return the pair
     */
    public KeyPair noiseKey() {
        return noiseKey;
    }

    /**
     * The Signal identity of this device.
     *
     * @return the pair
     */
    public KeyPair identityKey() {
        return identityKey;
    }

    /**
     * The current signed pre-key.
     *
     * @return the key with its signature
     */
    public SignedPreKey signedPreKey() {
        return signedPreKey;
    }

    /**
     * The number by which peers notice that a device was registered anew.
     *
     * @return 1 to {@value #MAX_REGISTRATION_ID}
     */
    public int registrationId() {
        return registrationId;
    }

    /**
     * The key that authenticates pair-success.
     *
     * @return 32 bytes
     */
    public byte[] advSecret() {
        return advSecret;
    }

    /**
     * Own phone-number address with the device.
     *
     * @return the device JID, empty until linked
     */
    public Optional<Jid> me() {
        return Optional.ofNullable(me);
    }

    /**
     * Own LID with the device.
     *
     * @return the device LID, empty until known
     */
    public Optional<Jid> lid() {
        return Optional.ofNullable(lid);
    }

    /**
     * The signed identity that goes with outgoing pre-key messages.
     *
     * @return an {@code ADVSignedDeviceIdentity} with account key and device signature, empty until linked
     */
    public Optional<byte[]> account() {
        return Optional.ofNullable(account);
    }

    /**
     * The name shown to people without this account in their contacts.
     *
     * @return the name, empty until known
     */
    public Optional<String> pushName() {
        return Optional.ofNullable(pushName);
    }

    /**
     * What the phone runs, as pair-success names it.
     *
     * @return for example {@code android}, {@code ios}, {@code smba} or {@code smbi}; empty until linked
     */
    public Optional<String> platform() {
        return Optional.ofNullable(platform);
    }

    /**
     * The verified business name.
     *
     * @return the name, empty for accounts that have none
     */
    public Optional<String> businessName() {
        return Optional.ofNullable(businessName);
    }

    /**
     * What the server asked to send ahead of the next handshake.
     *
     * @return opaque bytes, empty if the server gave none
     */
    public Optional<byte[]> routingInfo() {
        return Optional.ofNullable(routingInfo);
    }

    /**
     * The certificates of the server that this account met last, by which its next handshake resumes.
     *
     * @return the encoded chain as it was verified, empty if there is none to go by
     */
    public Optional<byte[]> serverCertChain() {
        return Optional.ofNullable(serverCertChain);
    }

    /**
     * Since when the signed pre-key is the current one.
     *
     * @return the time of the last rotation, or of the first login; empty before
     */
    public Optional<Instant> signedPreKeySince() {
        return Optional.ofNullable(signedPreKeySince);
    }

    /**
     * The id of the next one-time pre-key to make.
     *
     * @return 1 to {@link PreKey#MAX_ID} + 1
     */
    public int nextPreKeyId() {
        return nextPreKeyId;
    }

    /**
     * The lowest id of a one-time pre-key that the server has not confirmed.
     *
     * @return the first id whose key the server has not confirmed; above {@link #nextPreKeyId()} if ids began anew
     *     between the two
     */
    public int firstUnuploadedPreKeyId() {
        return firstUnuploadedPreKeyId;
    }

    /**
     * Whether pairing gave this device an address.
     *
     * @return true if {@link #me()} is present
     */
    public boolean isLinked() {
        return me != null;
    }

    /**
     * Who this account is, without its keys.
     *
     * @return the addresses and the name
     */
    public Self self() {
        return new Self(me(), lid(), pushName());
    }

    /** Whether there is an address; nothing else belongs in a log. */
    @Override
    public String toString() {
        return "Credentials[" + (isLinked() ? "linked" : "not linked") + "]";
    }

    /** Makes changed credentials. Not thread-safe. */
    public static final class Builder {

        private KeyPair noiseKey;
        private KeyPair identityKey;
        private SignedPreKey signedPreKey;
        private int registrationId;
        private byte[] advSecret;
        private @Nullable Jid me;
        private @Nullable Jid lid;
        private byte @Nullable [] account;
        private @Nullable String pushName;
        private @Nullable String platform;
        private @Nullable String businessName;
        private byte @Nullable [] routingInfo;
        private byte @Nullable [] serverCertChain;
        private @Nullable Instant signedPreKeySince;
        /**
         * Far more keys than ever wait for the server: if ids begin anew among them, the first is this near to the last
         * id.
         */
        private static final int MOST_AROUND_THE_END = 65_535;

        private int nextPreKeyId = 1;
        private int firstUnuploadedPreKeyId = 1;

        private Builder(
                KeyPair noiseKey,
                KeyPair identityKey,
                SignedPreKey signedPreKey,
                int registrationId,
                byte[] advSecret) {
            this.noiseKey = requireNonNull(noiseKey, "noiseKey");
            this.identityKey = requireNonNull(identityKey, "identityKey");
            this.signedPreKey = requireNonNull(signedPreKey, "signedPreKey");
            this.registrationId = requireRegistrationId(registrationId);
            this.advSecret = requireAdvSecret(advSecret);
        }

        /**
         * Replaces the signed pre-key.
         *
         * @param signedPreKey the new key, signed by the identity
         * @return this
         */
        public Builder signedPreKey(SignedPreKey signedPreKey) {
            this.signedPreKey = requireNonNull(signedPreKey, "signedPreKey");
            return this;
        }

        /**
         * Replaces the ADV secret, as linking by phone number does.
         *
         * @param advSecret 32 bytes
         * @return this
         */
        public Builder advSecret(byte[] advSecret) {
            this.advSecret = requireAdvSecret(advSecret);
            return this;
        }

        /**
         * Sets own phone-number address.
         *
         * @param me the device JID, or null for none
         * @return this
         */
        public Builder me(@Nullable Jid me) {
            this.me = me;
            return this;
        }

        /**
         * Sets own LID.
         *
         * @param lid the device LID, or null for none
         * @return this
         */
        public Builder lid(@Nullable Jid lid) {
            this.lid = lid;
            return this;
        }

        /**
         * Sets the signed device identity.
         *
         * @param account an {@code ADVSignedDeviceIdentity} with account key and device signature, or null for none
         * @return this
         */
        public Builder account(byte @Nullable [] account) {
            this.account = account;
            return this;
        }

        /**
         * Sets the push name.
         *
         * @param pushName the name, or null for none
         * @return this
         */
        public Builder pushName(@Nullable String pushName) {
            this.pushName = pushName;
            return this;
        }

        /**
         * Sets what the phone runs.
         *
         * @param platform the text of pair-success, or null for none
         * @return this
         */
        public Builder platform(@Nullable String platform) {
            this.platform = platform;
            return this;
        }

        /**
         * Sets the business name.
         *
         * @param businessName the name, or null for none
         * @return this
         */
        public Builder businessName(@Nullable String businessName) {
            this.businessName = businessName;
            return this;
        }

        /**
         * Sets the routing info.
         *
         * @param routingInfo opaque bytes, or null for none
         * @return this
         */
        public Builder routingInfo(byte @Nullable [] routingInfo) {
            this.routingInfo = routingInfo;
            return this;
        }

        /**
         * Sets the certificates of the server met last.
         *
         * @param serverCertChain the encoded chain as it was verified, or null for none
         * @return this
         */
        public Builder serverCertChain(byte @Nullable [] serverCertChain) {
            this.serverCertChain = serverCertChain;
            return this;
        }

        /**
         * Sets since when the signed pre-key is the current one.
         *
         * @param signedPreKeySince the time, in full milliseconds
         * @return this builder
         */
        public Builder signedPreKeySince(Instant signedPreKeySince) {
            this.signedPreKeySince = signedPreKeySince;
            return this;
        }

        /**
         * Sets the id of the next one-time pre-key to make.
         *
         * @param nextPreKeyId 1 to {@link PreKey#MAX_ID} + 1
         * @return this
         */
        public Builder nextPreKeyId(int nextPreKeyId) {
            this.nextPreKeyId = nextPreKeyId;
            return this;
        }

        /**
         * Sets the lowest id that the server has not confirmed.
         *
         * @param firstUnuploadedPreKeyId 1 to {@link PreKey#MAX_ID} + 1; above the next one if ids began anew between
         *     the two
         * @return this
         */
        public Builder firstUnuploadedPreKeyId(int firstUnuploadedPreKeyId) {
            this.firstUnuploadedPreKeyId = firstUnuploadedPreKeyId;
            return this;
        }

        /**
         * Freezes the values.
         *
         * @return the credentials
         * @throws IllegalArgumentException if the two pre-key counters do not fit each other
         */
        public Credentials build() {
            if (nextPreKeyId < 1 || nextPreKeyId > PreKey.MAX_ID + 1) {
                throw new IllegalArgumentException(
                        "nextPreKeyId must be 1 to " + (PreKey.MAX_ID + 1) + " but was " + nextPreKeyId);
            }
            boolean isAroundTheEnd = firstUnuploadedPreKeyId > nextPreKeyId;
            int pending = nextPreKeyId + PreKey.MAX_ID - firstUnuploadedPreKeyId;
            if (firstUnuploadedPreKeyId < 1
                    || firstUnuploadedPreKeyId > PreKey.MAX_ID + 1
                    || (isAroundTheEnd && pending > MOST_AROUND_THE_END)) {
                throw new IllegalArgumentException("firstUnuploadedPreKeyId must be 1 to " + nextPreKeyId
                        + " or shortly before the last id, but was " + firstUnuploadedPreKeyId);
            }
            return new Credentials(this);
        }

        private static int requireRegistrationId(int registrationId) {
            if (registrationId < 1 || registrationId > MAX_REGISTRATION_ID) {
                throw new IllegalArgumentException(
                        "registrationId must be 1 to " + MAX_REGISTRATION_ID + " but was " + registrationId);
            }
            return registrationId;
        }

        private static byte[] requireAdvSecret(byte[] advSecret) {
            if (advSecret.length != ADV_SECRET_BYTES) {
                throw new IllegalArgumentException(
                        "advSecret must be " + ADV_SECRET_BYTES + " bytes but was " + advSecret.length);
            }
            return advSecret;
        }
    }
}
