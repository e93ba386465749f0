package dev.waxwing.internal.account;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.waxwing.proto.adv.ADVKeyIndexList;
import dev.waxwing.proto.adv.ADVSignedKeyIndexList;
import java.util.HashSet;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * The list by which a person's phone says which companions it has linked. Who has signed it is another question: see
 * {@link AdvSignatures#checkKeyIndexList}.
 *
 * @param signed the {@code ADVSignedKeyIndexList} as received; shared, not copied
 * @param rawId a number of this registration of the account, if told
 * @param timestamp seconds since 1970, 0 if not told
 * @param currentIndex the newest index when the list was made
 * @param validIndexes the indexes of linked companions
 */
public record KeyIndexList(
        byte[] signed, OptionalInt rawId, long timestamp, int currentIndex, Set<Integer> validIndexes) {

    /** Far more than a phone writes about the few companions that it may have. */
    private static final int MAX_BYTES = 16_384;

    /**
     * Reads a list.
     *
     * @param signed an {@code ADVSignedKeyIndexList} as received
     * @return the list, empty if it cannot be read or is far too long
     */
    public static Optional<KeyIndexList> parse(byte[] signed) {
        if (signed.length > MAX_BYTES) {
            return Optional.empty();
        }
        try {
            ADVKeyIndexList list = ADVKeyIndexList.parseFrom(
                    ADVSignedKeyIndexList.parseFrom(signed).getDetails());
            return Optional.of(new KeyIndexList(
                    signed,
                    list.hasRawID() ? OptionalInt.of(list.getRawID()) : OptionalInt.empty(),
                    list.getTimestamp(),
                    list.getCurrentIndex(),
                    new HashSet<>(list.getValidIndexesList())));
        } catch (InvalidProtocolBufferException e) {
            return Optional.empty();
        }
    }

    /**
     * Whether the phone stands by a companion: one whose index the list neither holds nor is too old to hold has been
     * removed (rule of peer whatsapp-rust).
     *
     * @param keyIndex the companion's index
     * @return false for a negative one, which no phone gives
     */
    public boolean standsBy(int keyIndex) {
        return keyIndex >= 0 && (validIndexes.contains(keyIndex) || keyIndex > currentIndex);
    }

    /** How many bytes and what they say. */
    @Override
    public String toString() {
        return "KeyIndexList[" + signed.length + ", rawId=" + rawId + ", timestamp=" + timestamp + ", currentIndex="
                + currentIndex + ", validIndexes=" + validIndexes + "]";
    }
}
