package dev.waxwing.internal.account;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.waxwing.error.StoreFailedException;
import dev.waxwing.internal.crypto.ConstantTime;
import dev.waxwing.internal.crypto.Curve25519;
import dev.waxwing.internal.crypto.KeyPair;
import dev.waxwing.model.Jid;
import dev.waxwing.proto.storage.CredentialsRecord;
import java.time.Instant;

/** Credentials as bytes of the store, and back. */
final class CredentialsCodec {

    private CredentialsCodec() {}

    static CredentialsRecord toRecord(Credentials credentials) {
        CredentialsRecord.Builder record = CredentialsRecord.newBuilder()
                .setNoisePrivate(bytes(credentials.noiseKey().privateKey()))
                .setNoisePublic(bytes(credentials.noiseKey().publicKey()))
                .setIdentityPrivate(bytes(credentials.identityKey().privateKey()))
                .setIdentityPublic(bytes(credentials.identityKey().publicKey()))
                .setSignedPreKeyId(credentials.signedPreKey().id())
                .setSignedPreKeyPrivate(
                        bytes(credentials.signedPreKey().keyPair().privateKey()))
                .setSignedPreKeyPublic(
                        bytes(credentials.signedPreKey().keyPair().publicKey()))
                .setSignedPreKeySignature(bytes(credentials.signedPreKey().signature()))
                .setRegistrationId(credentials.registrationId())
                .setAdvSecret(bytes(credentials.advSecret()))
                .setNextPreKeyId(credentials.nextPreKeyId())
                .setFirstUnuploadedPreKeyId(credentials.firstUnuploadedPreKeyId());
        credentials.me().ifPresent(me -> record.setMe(me.toString()));
        credentials.lid().ifPresent(lid -> record.setLid(lid.toString()));
        credentials.account().ifPresent(account -> record.setAccount(bytes(account)));
        credentials.pushName().ifPresent(record::setPushName);
        credentials.platform().ifPresent(record::setPlatform);
        credentials.businessName().ifPresent(record::setBusinessName);
        credentials.routingInfo().ifPresent(info -> record.setRoutingInfo(bytes(info)));
        credentials.serverCertChain().ifPresent(chain -> record.setServerCertChain(bytes(chain)));
        credentials.signedPreKeySince().ifPresent(since -> record.setSignedPreKeySinceMillis(since.toEpochMilli()));
        return record.build();
    }

    static Credentials parse(byte[] stored) {
        try {
            return fromRecord(CredentialsRecord.parseFrom(stored));
        } catch (InvalidProtocolBufferException | IllegalArgumentException e) {
            // Never silently fresh ones: the account would be lost, and the phone still lists the device.
            throw new StoreFailedException("the stored credentials cannot be read: " + e.getMessage(), e);
        }
    }

    private static Credentials fromRecord(CredentialsRecord record) {
        Credentials.Builder builder = Credentials.builder(
                        pair(record.getNoisePrivate(), record.getNoisePublic(), "noise key"),
                        pair(record.getIdentityPrivate(), record.getIdentityPublic(), "identity key"),
                        new SignedPreKey(
                                record.getSignedPreKeyId(),
                                pair(record.getSignedPreKeyPrivate(), record.getSignedPreKeyPublic(), "signed pre-key"),
                                record.getSignedPreKeySignature().toByteArray()),
                        record.getRegistrationId(),
                        record.getAdvSecret().toByteArray())
                .nextPreKeyId(record.getNextPreKeyId())
                .firstUnuploadedPreKeyId(record.getFirstUnuploadedPreKeyId());
        if (record.hasMe()) {
            builder.me(Jid.parse(record.getMe()));
        }
        if (record.hasLid()) {
            builder.lid(Jid.parse(record.getLid()));
        }
        if (record.hasAccount()) {
            builder.account(record.getAccount().toByteArray());
        }
        if (record.hasPushName()) {
            builder.pushName(record.getPushName());
        }
        if (record.hasPlatform()) {
            builder.platform(record.getPlatform());
        }
        if (record.hasBusinessName()) {
            builder.businessName(record.getBusinessName());
        }
        if (record.hasRoutingInfo()) {
            builder.routingInfo(record.getRoutingInfo().toByteArray());
        }
        if (record.hasServerCertChain()) {
            builder.serverCertChain(record.getServerCertChain().toByteArray());
        }
        if (record.hasSignedPreKeySinceMillis()) {
            builder.signedPreKeySince(Instant.ofEpochMilli(record.getSignedPreKeySinceMillis()));
        }
        return builder.build();
    }

    /** The public half is stored to notice damage: a private key with a flipped bit would be a valid one. */
    private static KeyPair pair(ByteString privateKey, ByteString publicKey, String name) {
        KeyPair pair = Curve25519.fromPrivate(privateKey.toByteArray());
        if (!ConstantTime.equal(pair.publicKey(), publicKey.toByteArray())) {
            throw new IllegalArgumentException("the halves of the " + name + " do not belong together");
        }
        return pair;
    }

    private static ByteString bytes(byte[] value) {
        return ByteString.copyFrom(value);
    }
}
