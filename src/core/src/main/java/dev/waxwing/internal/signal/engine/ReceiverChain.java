package dev.waxwing.internal.signal.engine;

import com.google.protobuf.ByteString;
import dev.waxwing.error.DecryptionFailedException.Reason;
import dev.waxwing.internal.signal.engine.ChainKey.MessageKeys;
import dev.waxwing.internal.signal.engine.SessionMessages.Sealed;
import dev.waxwing.proto.session.SessionChain;
import dev.waxwing.proto.session.SessionStructureOrBuilder;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;

/**
 * One receiving chain: the ratchet key it goes with, where it stands, and the keys of the messages it passed. The MAC
 * is checked before anything changes, and each place on the chain costs one hash, whatever the number of keys kept.
 * Mutable; belongs to one transaction.
 */
final class ReceiverChain {

    /**
     * How far a message may lie ahead. Two of the popular clients have the same limit, so that nobody sends further;
     * libsignal's own is 25,000. See {@code docs/decisions/0003}.
     */
    static final int MAX_JUMP = 2_000;

    /** How many keys a chain keeps, as libsignal does. */
    static final int MAX_SKIPPED = 2_000;

    /** Without what the other fields hold. */
    private final SessionChain stored;

    private ChainKey place;

    /** The newest first, as in the record. */
    private final Deque<SkippedKey> skipped = new ArrayDeque<>();

    private ReceiverChain(SessionChain stored, ChainKey place) {
        this.stored = stored;
        this.place = place;
    }

    static ReceiverChain of(SessionChain stored) {
        ReceiverChain chain = new ReceiverChain(
                stored.toBuilder().clearChainKey().clearMessageKeys().build(), ChainKey.of(stored.getChainKey()));
        stored.getMessageKeysList().forEach(key -> chain.skipped.add(SkippedKey.of(key)));
        return chain;
    }

    static ReceiverChain begin(ByteString ratchetKey, ChainKey start) {
        return new ReceiverChain(
                SessionChain.newBuilder().setSenderRatchetKey(ratchetKey).build(), start);
    }

    SessionChain stored() {
        SessionChain.Builder chain = stored.toBuilder().setChainKey(place.stored());
        skipped.forEach(key -> chain.addMessageKeys(key.stored()));
        return chain.build();
    }

    ByteString ratchetKey() {
        return stored.getSenderRatchetKey();
    }

    int skippedCount() {
        return skipped.size();
    }

    /** Forgets the oldest of the skipped keys. */
    void forgetSkipped(int count) {
        for (int i = 0; i < count; i++) {
            skipped.pollLast();
        }
    }

    /**
     * Decrypts a message of this chain, the next one or another.
     *
     * @param session whose chain it is
     * @throws RefusedException if it was read before, lies too far ahead, or is not genuine; nothing has changed then
     */
    byte[] decrypt(Sealed message, SessionStructureOrBuilder session, Effort effort) throws RefusedException {
        if (!place.isWellFormed()) {
            throw new RefusedException(Reason.INVALID_SESSION);
        }
        int counter = message.body().getCounter();
        long ahead = Integer.toUnsignedLong(counter) - Integer.toUnsignedLong(place.index());
        if (ahead < 0) {
            return decryptSkipped(message, session);
        }
        if (ahead > MAX_JUMP) {
            throw new RefusedException(Reason.FUTURE_MESSAGE);
        }
        effort.steps(ahead);
        List<SkippedKey> passed = new ArrayList<>((int) ahead);
        ChainKey at = place;
        for (long i = 0; i < ahead; i++) {
            passed.add(SkippedKey.at(at));
            at = at.next();
        }
        byte[] plaintext = message.open(at.messageKeys(), session);
        passed.forEach(skipped::addFirst);
        forgetSkipped(skipped.size() - MAX_SKIPPED);
        place = at.next();
        return plaintext;
    }

    private byte[] decryptSkipped(Sealed message, SessionStructureOrBuilder session) throws RefusedException {
        Iterator<SkippedKey> all = skipped.iterator();
        while (all.hasNext()) {
            SkippedKey key = all.next();
            MessageKeys keys = key.isFor(message.body().getCounter()) ? key.keys() : null;
            if (keys != null) {
                byte[] plaintext = message.open(keys, session);
                all.remove();
                return plaintext;
            }
        }
        throw new RefusedException(Reason.DUPLICATE);
    }

    /** Shows where it stands. */
    @Override
    public String toString() {
        return "ReceiverChain[" + place + ", " + skipped.size() + " skipped]";
    }
}
