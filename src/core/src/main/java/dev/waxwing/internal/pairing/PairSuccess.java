package dev.waxwing.internal.pairing;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.waxwing.error.ProtocolViolationException;
import dev.waxwing.internal.account.AdvSignatures;
import dev.waxwing.internal.account.Credentials;
import dev.waxwing.internal.binary.Node;
import dev.waxwing.model.Jid;
import dev.waxwing.model.LinkRequest;
import dev.waxwing.proto.adv.ADVDeviceIdentity;
import dev.waxwing.proto.adv.ADVEncryptionType;
import dev.waxwing.proto.adv.ADVSignedDeviceIdentity;
import dev.waxwing.proto.adv.ADVSignedDeviceIdentityHMAC;
import org.jspecify.annotations.Nullable;

/**
 * The phone's proof that its owner scanned our code, verified: the HMAC shows that the phone saw the secret in the
 * code, the account's signature ties our identity key to the account. Steps and prefixes follow peer whatsmeow; for
 * hosted devices, see {@link AdvSignatures}.
 *
 * @param me this device's phone-number JID
 * @param lid this device's LID, null if the account has none
 * @param account the signed identity with account key and device signature, kept for pre-key messages
 * @param keyIndex the index under which the phone lists this device
 * @param platform the phone's platform, null if not told
 * @param businessName the account's business name, null if it has none
 */
record PairSuccess(
        Jid me,
        @Nullable Jid lid,
        ADVSignedDeviceIdentity account,
        int keyIndex,
        @Nullable String platform,
        @Nullable String businessName) {

    private static final int KEY_BYTES = 32;
    private static final int SIGNATURE_BYTES = 64;

    static PairSuccess verify(Node pairSuccess, Credentials own) throws PairRefusal {
        try {
            Node device = pairSuccess.requireChild("device");
            Jid me = device.requireJid("jid");
            ADVSignedDeviceIdentityHMAC container = ADVSignedDeviceIdentityHMAC.parseFrom(
                    pairSuccess.requireChild("device-identity").requireBytes());
            requireHmac(container, own);
            ADVSignedDeviceIdentity signed = ADVSignedDeviceIdentity.parseFrom(container.getDetails());
            ADVDeviceIdentity details = ADVDeviceIdentity.parseFrom(signed.getDetails());
            return new PairSuccess(
                    me,
                    device.jid("lid"),
                    countersign(signed, details, own),
                    details.getKeyIndex(),
                    name(pairSuccess, "platform"),
                    name(pairSuccess, "biz"));
        } catch (ProtocolViolationException | InvalidProtocolBufferException e) {
            throw PairRefusal.malformed(String.valueOf(e.getMessage()), e);
        }
    }

    /** Whom the application is asked about. */
    LinkRequest request() {
        return LinkRequest.builder(me)
                .lid(lid)
                .platform(platform)
                .businessName(businessName)
                .build();
    }

    /** What the server gets: it knows the account key and wants it left out. */
    byte[] identityForServer() {
        return account.toBuilder().clearAccountSignatureKey().build().toByteArray();
    }

    Credentials applyTo(Credentials credentials) {
        return credentials.toBuilder()
                .me(me)
                .lid(lid)
                .account(account.toByteArray())
                .platform(platform)
                .businessName(businessName)
                .pushName(credentials.pushName().orElse(businessName))
                .build();
    }

    /** The account's public key, which is also the Signal identity of the phone. */
    byte[] accountKey() {
        return account.getAccountSignatureKey().toByteArray();
    }

    /** Where the account key is filed as an identity: the phone, under the LID if there is one. */
    Jid phone() {
        return (lid == null ? me : lid).withDevice(0);
    }

    private static void requireHmac(ADVSignedDeviceIdentityHMAC container, Credentials own) throws PairRefusal {
        if (!container.hasDetails() || !container.hasHMAC()) {
            throw PairRefusal.malformed("the device identity lacks its details or its HMAC", null);
        }
        boolean hosted = container.getAccountType() == ADVEncryptionType.HOSTED;
        byte[] details = container.getDetails().toByteArray();
        if (!AdvSignatures.hmacMatches(
                own.advSecret(), hosted, details, container.getHMAC().toByteArray())) {
            throw PairRefusal.hmacMismatch();
        }
    }

    private static ADVSignedDeviceIdentity countersign(
            ADVSignedDeviceIdentity signed, ADVDeviceIdentity details, Credentials own) throws PairRefusal {
        boolean hosted = details.getDeviceType() == ADVEncryptionType.HOSTED;
        byte[] accountKey = signed.getAccountSignatureKey().toByteArray();
        byte[] signature = signed.getAccountSignature().toByteArray();
        byte[] signedBytes = signed.getDetails().toByteArray();
        byte[] identity = own.identityKey().publicKey();
        if (accountKey.length != KEY_BYTES || signature.length != SIGNATURE_BYTES) {
            throw PairRefusal.signatureMismatch();
        }
        if (!AdvSignatures.verifyAccount(accountKey, hosted, signedBytes, identity, signature)) {
            throw PairRefusal.signatureMismatch();
        }
        byte[] deviceSignature =
                AdvSignatures.signDevice(own.identityKey().privateKey(), hosted, signedBytes, identity, accountKey);
        return signed.toBuilder()
                .setDeviceSignature(ByteString.copyFrom(deviceSignature))
                .build();
    }

    private static @Nullable String name(Node pairSuccess, String child) {
        Node node = pairSuccess.child(child);
        return node == null ? null : node.attr("name");
    }

    /** Shows who was linked and no keys. */
    @Override
    public String toString() {
        return "PairSuccess[" + me + "]";
    }
}
