package dev.waxwing.internal.sync.syncd;

import com.google.protobuf.ByteString;
import dev.waxwing.error.ProtocolViolationException;
import dev.waxwing.internal.crypto.AesCbc;
import dev.waxwing.internal.crypto.ConstantTime;
import dev.waxwing.proto.serversync.KeyId;
import dev.waxwing.proto.serversync.SyncdIndex;
import dev.waxwing.proto.serversync.SyncdMutation;
import dev.waxwing.proto.serversync.SyncdRecord;
import dev.waxwing.proto.serversync.SyncdValue;
import java.util.Arrays;

/**
 * A record as the server keeps it.
 *
 * @param removal whether it removes its index
 * @param indexMac which index, 32 bytes
 * @param sealed the vector and the ciphertext
 * @param valueMac the MAC of these, 32 bytes
 * @param keyId by which key
 */
@SuppressWarnings("ArrayRecordComponent") // never compared, never handed out of this room
record SealedMutation(boolean removal, byte[] indexMac, byte[] sealed, byte[] valueMac, byte[] keyId) {

    private static final int LEAST_SEALED = AesCbc.IV_BYTES + AesCbc.IV_BYTES;
    private static final int MOST_KEY_ID = 64;

    /**
     * Takes a record apart.
     *
     * @throws ProtocolViolationException if a part has a length that it cannot have
     */
    static SealedMutation of(boolean removal, SyncdRecord syncd) {
        byte[] indexMac = syncd.getIndex().getBlob().toByteArray();
        byte[] blob = syncd.getValue().getBlob().toByteArray();
        byte[] keyId = syncd.getKeyID().getID().toByteArray();
        int length = blob.length - StateMacs.BYTES;
        if (indexMac.length != StateMacs.BYTES
                || length < LEAST_SEALED
                || length % AesCbc.IV_BYTES != 0
                || keyId.length == 0
                || keyId.length > MOST_KEY_ID) {
            throw new ProtocolViolationException("a record with an index of " + indexMac.length + " bytes, a value of "
                    + blob.length + " and a key id of " + keyId.length);
        }
        return new SealedMutation(
                removal, indexMac, Arrays.copyOf(blob, length), Arrays.copyOfRange(blob, length, blob.length), keyId);
    }

    static SealedMutation of(SyncdMutation mutation) {
        return of(mutation.getOperation() == SyncdMutation.SyncdOperation.REMOVE, mutation.getRecord());
    }

    /** Encrypts an action. */
    static SealedMutation seal(StateAction action, byte[] keyId, MutationKeys keys, byte[] iv) {
        byte[] ciphertext = AesCbc.encrypt(keys.valueEncryption(), iv, action.encode());
        byte[] sealed = Arrays.copyOf(iv, iv.length + ciphertext.length);
        System.arraycopy(ciphertext, 0, sealed, iv.length, ciphertext.length);
        return new SealedMutation(
                action.removal(),
                StateMacs.index(keys, IndexJson.write(action.index())),
                sealed,
                StateMacs.value(keys, action.removal(), keyId, sealed),
                keyId);
    }

    /**
     * Checks both MACs and decrypts.
     *
     * @param keys of {@link #keyId}
     * @return the bytes of the action
     * @throws ProtocolViolationException if a MAC is wrong, or it does not decrypt
     */
    byte[] open(MutationKeys keys) {
        if (!ConstantTime.equal(StateMacs.value(keys, removal, keyId, sealed), valueMac)) {
            throw new ProtocolViolationException("the MAC of a value is wrong");
        }
        byte[] iv = Arrays.copyOf(sealed, AesCbc.IV_BYTES);
        byte[] ciphertext = Arrays.copyOfRange(sealed, AesCbc.IV_BYTES, sealed.length);
        byte[] plain = AesCbc.decrypt(keys.valueEncryption(), iv, ciphertext);
        if (!ConstantTime.equal(StateMacs.index(keys, StateAction.indexBytes(plain)), indexMac)) {
            throw new ProtocolViolationException("the MAC of an index is wrong");
        }
        return plain;
    }

    SyncdRecord toRecord() {
        byte[] blob = Arrays.copyOf(sealed, sealed.length + valueMac.length);
        System.arraycopy(valueMac, 0, blob, sealed.length, valueMac.length);
        return SyncdRecord.newBuilder()
                .setIndex(SyncdIndex.newBuilder().setBlob(ByteString.copyFrom(indexMac)))
                .setValue(SyncdValue.newBuilder().setBlob(ByteString.copyFrom(blob)))
                .setKeyID(KeyId.newBuilder().setID(ByteString.copyFrom(keyId)))
                .build();
    }

    SyncdMutation toMutation() {
        return SyncdMutation.newBuilder()
                .setOperation(removal ? SyncdMutation.SyncdOperation.REMOVE : SyncdMutation.SyncdOperation.SET)
                .setRecord(toRecord())
                .build();
    }

    @Override
    public String toString() {
        return "SealedMutation[" + sealed.length + "]";
    }
}
