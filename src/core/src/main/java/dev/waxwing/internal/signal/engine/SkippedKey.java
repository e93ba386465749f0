package dev.waxwing.internal.signal.engine;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.waxwing.internal.crypto.AesCbc;
import dev.waxwing.internal.signal.engine.ChainKey.MessageKeys;
import dev.waxwing.proto.session.SessionMessageKey;
import org.jspecify.annotations.Nullable;

/**
 * The key of a message that was passed over: as the record keeps it, or as the place on its chain, from which it is
 * derived when it is used or written. Many of a chain that goes on jumping are neither.
 */
final class SkippedKey {

    private static final int MAC_KEY_BYTES = 32;

    private final @Nullable ChainKey place;
    private @Nullable ByteString stored;
    private @Nullable SessionMessageKey parsed;

    private SkippedKey(@Nullable ChainKey place, @Nullable ByteString stored) {
        this.place = place;
        this.stored = stored;
    }

    static SkippedKey at(ChainKey place) {
        return new SkippedKey(place, null);
    }

    static SkippedKey of(ByteString stored) {
        return new SkippedKey(null, stored);
    }

    boolean isFor(int counter) {
        return place == null ? parsed().getIndex() == counter : place.index() == counter;
    }

    /** The keys; null if what is stored is none. */
    @Nullable
    MessageKeys keys() {
        if (place != null) {
            return place.messageKeys();
        }
        SessionMessageKey key = parsed();
        boolean isKey = key.getCipherKey().size() == AesCbc.KEY_BYTES
                && key.getMacKey().size() == MAC_KEY_BYTES
                && key.getIv().size() == AesCbc.IV_BYTES;
        return isKey
                ? new MessageKeys(
                        key.getCipherKey().toByteArray(),
                        key.getMacKey().toByteArray(),
                        key.getIv().toByteArray())
                : null;
    }

    ByteString stored() {
        if (stored == null) {
            stored = place == null ? ByteString.EMPTY : encode(place);
        }
        return stored;
    }

    private static ByteString encode(ChainKey place) {
        MessageKeys keys = place.messageKeys();
        SessionMessageKey.Builder key = SessionMessageKey.newBuilder()
                .setCipherKey(ByteString.copyFrom(keys.cipherKey()))
                .setMacKey(ByteString.copyFrom(keys.macKey()))
                .setIv(ByteString.copyFrom(keys.iv()));
        if (place.index() != 0) {
            key.setIndex(place.index());
        }
        return key.build().toByteString();
    }

    private SessionMessageKey parsed() {
        if (parsed == null) {
            try {
                parsed = SessionMessageKey.parseFrom(stored());
            } catch (InvalidProtocolBufferException e) {
                // One damaged key must not cost the others theirs: this one fits the first message and opens none.
                parsed = SessionMessageKey.getDefaultInstance();
            }
        }
        return parsed;
    }
}
