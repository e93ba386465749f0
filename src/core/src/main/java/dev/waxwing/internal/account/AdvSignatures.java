package dev.waxwing.internal.account;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.waxwing.internal.crypto.Bytes;
import dev.waxwing.internal.crypto.ConstantTime;
import dev.waxwing.internal.crypto.Curve25519;
import dev.waxwing.internal.crypto.Hmac;
import dev.waxwing.proto.adv.ADVDeviceIdentity;
import dev.waxwing.proto.adv.ADVSignedDeviceIdentity;
import dev.waxwing.proto.adv.ADVSignedKeyIndexList;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What an account's phone signs for its linked devices (ADV), and what the devices sign in return: every prefix rule
 * in one place.
 *
 * <p>Keys are 32 bytes, without the {@code 05}; {@code details} are the inner bytes exactly as received. Observed;
 * where peers disagree on hosted accounts, which prefix applies is for the caller to say.
 */
public final class AdvSignatures {

    private static final byte[] E2EE_ACCOUNT = {6, 0};
    private static final byte[] E2EE_DEVICE = {6, 1};
    private static final byte[] KEY_INDEX_LIST = {6, 2};
    private static final byte[] HOSTED_ACCOUNT = {6, 5};
    private static final byte[] HOSTED_DEVICE = {6, 6};
    private static final byte[] NONE = {};

    /** What a check found. */
    public enum Check {
        /** Every signature holds. */
        VALID,
        /** There was no account key to check with. */
        UNCHECKED,
        /** The bytes are malformed or a signature is wrong. */
        INVALID
    }

    private AdvSignatures() {}

    /**
     * The authenticator of a pair-success container.
     *
     * @param advSecret 32 bytes
     * @param hostedAccount whether the container's account type is HOSTED
     * @param containerDetails the container's details
     * @return 32 bytes
     */
    public static byte[] hmac(byte[] advSecret, boolean hostedAccount, byte[] containerDetails) {
        return Hmac.sha256(advSecret, hostedAccount ? HOSTED_ACCOUNT : NONE, containerDetails);
    }

    /**
     * Checks the authenticator of a pair-success container, in constant time.
     *
     * @param advSecret 32 bytes
     * @param hostedAccount whether the container's account type is HOSTED
     * @param containerDetails the container's details
     * @param hmac the authenticator as received
     * @return true only if it matches
     */
    public static boolean hmacMatches(byte[] advSecret, boolean hostedAccount, byte[] containerDetails, byte[] hmac) {
        return ConstantTime.equal(hmac(advSecret, hostedAccount, containerDetails), hmac);
    }

    /**
     * Signs a device's identity with the account key, as the phone does.
     *
     * @param accountPrivate the account's private key
     * @param hosted whether the device is hosted
     * @param details the {@code ADVDeviceIdentity}
     * @param identityKey the device's public identity key
     * @return 64 bytes
     */
    public static byte[] signAccount(byte[] accountPrivate, boolean hosted, byte[] details, byte[] identityKey) {
        return Curve25519.sign(accountPrivate, hosted ? HOSTED_ACCOUNT : E2EE_ACCOUNT, details, identityKey);
    }

    /**
     * Checks the account's signature of a device's identity.
     *
     * @param accountKey the account's public key
     * @param hosted whether the device is hosted
     * @param details the {@code ADVDeviceIdentity}
     * @param identityKey the device's public identity key
     * @param signature as received
     * @return true only if it verifies
     */
    public static boolean verifyAccount(
            byte[] accountKey, boolean hosted, byte[] details, byte[] identityKey, byte[] signature) {
        return Curve25519.verify(
                accountKey, Bytes.concat(hosted ? HOSTED_ACCOUNT : E2EE_ACCOUNT, details, identityKey), signature);
    }

    /**
     * Signs the account's signature in return, with the device's identity key.
     *
     * @param identityPrivate the device's private identity key
     * @param hosted whether the device is hosted
     * @param details the {@code ADVDeviceIdentity}
     * @param identityKey the device's public identity key
     * @param accountKey the account's public key
     * @return 64 bytes
     */
    public static byte[] signDevice(
            byte[] identityPrivate, boolean hosted, byte[] details, byte[] identityKey, byte[] accountKey) {
        return Curve25519.sign(identityPrivate, hosted ? HOSTED_DEVICE : E2EE_DEVICE, details, identityKey, accountKey);
    }

    /**
     * Checks a device's signature.
     *
     * @param identityKey the device's public identity key
     * @param hosted whether the device is hosted
     * @param details the {@code ADVDeviceIdentity}
     * @param accountKey the account's public key
     * @param signature as received
     * @return true only if it verifies
     */
    public static boolean verifyDevice(
            byte[] identityKey, boolean hosted, byte[] details, byte[] accountKey, byte[] signature) {
        return Curve25519.verify(
                identityKey,
                Bytes.concat(hosted ? HOSTED_DEVICE : E2EE_DEVICE, details, identityKey, accountKey),
                signature);
    }

    /**
     * Signs the list of key indexes, as the phone does.
     *
     * @param accountPrivate the account's private key
     * @param details the {@code ADVKeyIndexList}
     * @return 64 bytes
     */
    public static byte[] signKeyIndexList(byte[] accountPrivate, byte[] details) {
        return Curve25519.sign(accountPrivate, KEY_INDEX_LIST, details);
    }

    /**
     * Checks the signature of a list of key indexes. The prefix is what two peers have, not settled by a real sample:
     * a list that fails is to be treated as unsigned.
     *
     * @param accountKey the account's public key
     * @param details the {@code ADVKeyIndexList}
     * @param signature as received
     * @return true only if it verifies
     */
    public static boolean verifyKeyIndexList(byte[] accountKey, byte[] details, byte[] signature) {
        return Curve25519.verify(accountKey, Bytes.concat(KEY_INDEX_LIST, details), signature);
    }

    /**
     * Checks who signed a list of key indexes: the account's phone, by its identity key where that is known, otherwise
     * by the key that the list brings along.
     *
     * @param signedList an {@code ADVSignedKeyIndexList} as received
     * @param primaryIdentity the known identity of the user's device 0
     * @return what was found; see {@link #verifyKeyIndexList} on how far to trust {@code INVALID}
     */
    public static Check checkKeyIndexList(byte[] signedList, Optional<byte[]> primaryIdentity) {
        ADVSignedKeyIndexList signed;
        try {
            signed = ADVSignedKeyIndexList.parseFrom(signedList);
        } catch (InvalidProtocolBufferException e) {
            return Check.INVALID;
        }
        byte[] accountKey =
                primaryIdentity.orElseGet(() -> signed.getAccountSignatureKey().toByteArray());
        if (accountKey.length == 0) {
            return Check.UNCHECKED;
        }
        return verifyKeyIndexList(
                        accountKey,
                        signed.getDetails().toByteArray(),
                        signed.getAccountSignature().toByteArray())
                ? Check.VALID
                : Check.INVALID;
    }

    /**
     * The account key that an identity brings along: the word of whoever made it, until it is known from elsewhere.
     *
     * @param signedIdentity an {@code ADVSignedDeviceIdentity}
     * @return 32 bytes, empty if it brings none, or one of another length
     */
    public static Optional<byte[]> accountKey(byte[] signedIdentity) {
        try {
            return Optional.of(ADVSignedDeviceIdentity.parseFrom(signedIdentity)
                            .getAccountSignatureKey()
                            .toByteArray())
                    .filter(key -> key.length == Curve25519.KEY_BYTES);
        } catch (InvalidProtocolBufferException e) {
            return Optional.empty();
        }
    }

    /**
     * The companion's number in the phone's list of its companions.
     *
     * @param signedIdentity an {@code ADVSignedDeviceIdentity} whose signatures were checked
     * @return its key index, empty if it tells none
     */
    public static OptionalInt keyIndex(byte[] signedIdentity) {
        try {
            ADVDeviceIdentity details = ADVDeviceIdentity.parseFrom(
                    ADVSignedDeviceIdentity.parseFrom(signedIdentity).getDetails());
            return details.hasKeyIndex() ? OptionalInt.of(details.getKeyIndex()) : OptionalInt.empty();
        } catch (InvalidProtocolBufferException e) {
            return OptionalInt.empty();
        }
    }

    /**
     * Checks the identity that comes with a companion's bundle or pre-key message. Where the identity of the user's
     * device 0 is known, that is the account key, whatever key the identity brings along; the server normally leaves it
     * out for a contact's companion. Since peers disagree on which prefix a hosted account takes, either does.
     *
     * @param signedIdentity an {@code ADVSignedDeviceIdentity} as received
     * @param identityKey the companion's public identity key
     * @param primaryIdentity the known identity of the user's device 0
     * @return what was found; {@link Check#UNCHECKED} only if that identity is not known
     */
    public static Check checkDeviceIdentity(
            byte[] signedIdentity, byte[] identityKey, Optional<byte[]> primaryIdentity) {
        ADVSignedDeviceIdentity signed;
        try {
            signed = ADVSignedDeviceIdentity.parseFrom(signedIdentity);
        } catch (InvalidProtocolBufferException e) {
            return Check.INVALID;
        }
        byte[] accountKey =
                primaryIdentity.orElseGet(() -> signed.getAccountSignatureKey().toByteArray());
        if (accountKey.length == 0) {
            return Check.UNCHECKED;
        }
        byte[] details = signed.getDetails().toByteArray();
        byte[] byAccount = signed.getAccountSignature().toByteArray();
        byte[] byDevice = signed.getDeviceSignature().toByteArray();
        boolean account = verifyAccount(accountKey, false, details, identityKey, byAccount)
                || verifyAccount(accountKey, true, details, identityKey, byAccount);
        boolean device = account
                && (verifyDevice(identityKey, false, details, accountKey, byDevice)
                        || verifyDevice(identityKey, true, details, accountKey, byDevice));
        return device ? Check.VALID : Check.INVALID;
    }
}
