package dev.waxwing.internal.signal;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.waxwing.error.DecryptionFailedException;
import dev.waxwing.error.DecryptionFailedException.Reason;
import dev.waxwing.error.ProtocolViolationException;
import dev.waxwing.internal.crypto.ConstantTime;
import dev.waxwing.internal.crypto.Curve25519;
import dev.waxwing.internal.crypto.Hkdf;
import dev.waxwing.internal.crypto.Hmac;
import dev.waxwing.model.Jid;
import dev.waxwing.proto.session.SessionChain;
import dev.waxwing.proto.session.SessionMessageKey;
import dev.waxwing.proto.session.SessionStructure;
import dev.waxwing.proto.signal.SignalMessage;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Looks at messages far down a chain before libsignal does, so that nobody can keep it busy.
 *
 * <p>For every key it skips, libsignal copies all skipped keys of the chain, and it checks the MAC only at the end (measured with 0.23.1: 2,000 keys take
 * 0.9 s, 25,000 take 13 s). It does so in every session of the device, up to 41, until one fits. A forged message could thus hold the account's store for
 * minutes. Here the MAC key is found by the chain's hashes alone, in a few milliseconds; a message that fits no session goes no further, and the session
 * that one fits is put in front, where libsignal finds it at once.
 */
final class ForwardJump {

    /** Up to here the work is not worth a second look. */
    static final int HARMLESS = 64;

    /**
     * How far a message may lie ahead of its chain. Two of the popular clients have the same limit, so that nobody sends further; libsignal's own would be
     * 25,000.
     */
    static final int MAX = 2_000;

    private static final int MAC_BYTES = 8;
    private static final byte[] SEED = {1};
    private static final byte[] NEXT = {2};
    private static final byte[] RATCHET_INFO = "WhisperRatchet".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] KEYS_INFO = "WhisperMessageKeys".getBytes(StandardCharsets.US_ASCII);

    private final byte[] message;
    private final ByteString ratchetKey;
    private final long counter;

    private ForwardJump(byte[] message) throws InvalidProtocolBufferException {
        this.message = message;
        SignalMessage body = SignalMessage.parser().parseFrom(message, 1, message.length - 1 - MAC_BYTES);
        ratchetKey = body.getRatchetKey();
        counter = Integer.toUnsignedLong(body.getCounter());
    }

    /** Whether a message of this counter needs no look. */
    static boolean isHarmless(int counter) {
        return Integer.compareUnsigned(counter, HARMLESS) <= 0;
    }

    /** Whether a message of this counter is too far ahead on a chain that begins with it. */
    static boolean isTooFarFromStart(int counter) {
        return Integer.compareUnsigned(counter, MAX) > 0;
    }

    /**
     * How far a chain was read, of a device with which there is one session and none in the archive: the next few messages on it need no
     * look, since there is no other session that libsignal could try.
     *
     * @param ratchetKey whose chain
     * @param counter of the message read last
     */
    record Reached(ByteString ratchetKey, long counter) {

        /** Where the chain stands once this message is read, if it is one of the next few on it. */
        Optional<Reached> afterNext(byte[] message) {
            try {
                ForwardJump next = new ForwardJump(message);
                boolean shortly = next.counter > counter
                        && next.counter - counter <= HARMLESS
                        && next.ratchetKey.equals(ratchetKey);
                return shortly ? Optional.of(new Reached(ratchetKey, next.counter)) : Optional.empty();
            } catch (InvalidProtocolBufferException e) {
                return Optional.empty();
            }
        }
    }

    /**
     * What was found of a message.
     *
     * @param record the sessions with the message's own in front
     * @param reached where its chain stands once it is read; empty if there is more than one session
     */
    record Admission(byte[] record, Optional<Reached> reached) {}

    /**
     * Finds the session of a message by its MAC.
     *
     * @param record the sessions with the device, as libsignal wrote them
     * @param message the whole message, which libsignal parsed without complaint
     * @throws DecryptionFailedException if the message is too far ahead, was read before or fits no session
     */
    static Admission admit(Jid device, byte[] record, byte[] message) {
        try {
            List<SessionStructure> all = SessionRecords.sessionsOf(record);
            ForwardJump jump = new ForwardJump(message);
            int fitting = jump.find(device, all);
            return new Admission(
                    fitting == 0 ? record : SessionRecords.inFront(all, fitting),
                    all.size() == 1 ? Optional.of(new Reached(jump.ratchetKey, jump.counter)) : Optional.empty());
        } catch (InvalidProtocolBufferException e) {
            throw DecryptionFailures.of(device, Reason.INVALID_SESSION, e);
        }
    }

    /** Whether one of the sessions was started with a base key. */
    static boolean knowsBaseKey(Jid device, byte[] record, byte[] baseKey) {
        try {
            ByteString wanted = ByteString.copyFrom(baseKey);
            return SessionRecords.sessionsOf(record).stream()
                    .anyMatch(session -> session.getAliceBaseKey().equals(wanted));
        } catch (InvalidProtocolBufferException e) {
            throw DecryptionFailures.of(device, Reason.INVALID_SESSION, e);
        }
    }

    private int find(Jid device, List<SessionStructure> sessions) {
        // A ratchet key belongs to one session: where its chain is known, no other has to be tried.
        for (int i = 0; i < sessions.size(); i++) {
            for (SessionChain chain : sessions.get(i).getReceiverChainsList()) {
                if (chain.getSenderRatchetKey().equals(ratchetKey)) {
                    return require(device, fits(device, sessions.get(i), chain), i);
                }
            }
        }
        if (counter > MAX) {
            throw DecryptionFailures.of(device, Reason.FUTURE_MESSAGE, null);
        }
        for (int i = 0; i < sessions.size(); i++) {
            byte[] chainKey = newChain(sessions.get(i));
            if (chainKey != null && isMadeWith(macKey(chainKey, counter), sessions.get(i))) {
                return i;
            }
        }
        throw DecryptionFailures.of(device, Reason.BAD_MAC, null);
    }

    private static int require(Jid device, boolean fits, int index) {
        if (!fits) {
            throw DecryptionFailures.of(device, Reason.BAD_MAC, null);
        }
        return index;
    }

    private boolean fits(Jid device, SessionStructure session, SessionChain chain) {
        long ahead = counter - Integer.toUnsignedLong(chain.getChainKey().getIndex());
        if (ahead > MAX) {
            throw DecryptionFailures.of(device, Reason.FUTURE_MESSAGE, null);
        }
        if (ahead >= 0) {
            return isMadeWith(macKey(chain.getChainKey().getKey().toByteArray(), ahead), session);
        }
        for (SessionMessageKey skipped : chain.getMessageKeysList()) {
            if (Integer.toUnsignedLong(skipped.getIndex()) == counter) {
                return isMadeWith(skipped.getMacKey().toByteArray(), session);
            }
        }
        throw DecryptionFailures.of(device, Reason.DUPLICATE, null);
    }

    /** The chain that the message's ratchet key would begin in a session; null if it has no own half or the point is not usable. */
    private byte @Nullable [] newChain(SessionStructure session) {
        byte[] own = session.getSenderChain().getSenderRatchetKeyPrivate().toByteArray();
        if (own.length != Curve25519.KEY_BYTES) {
            return null;
        }
        try {
            byte[] secret = Curve25519.agree(own, PublicKeys.untyped(ratchetKey.toByteArray()));
            byte[] rootAndChain = Hkdf.sha256(secret, session.getRootKey().toByteArray(), RATCHET_INFO, 64);
            return Arrays.copyOfRange(rootAndChain, 32, 64);
        } catch (ProtocolViolationException e) {
            return null;
        }
    }

    private static byte[] macKey(byte[] chainKey, long steps) {
        byte[] key = chainKey;
        for (long i = 0; i < steps; i++) {
            key = Hmac.sha256(key, NEXT);
        }
        return Arrays.copyOfRange(Hkdf.sha256(Hmac.sha256(key, SEED), null, KEYS_INFO, 80), 32, 64);
    }

    private boolean isMadeWith(byte[] macKey, SessionStructure session) {
        byte[] covered = Arrays.copyOf(message, message.length - MAC_BYTES);
        byte[] mac = Hmac.sha256(
                macKey,
                session.getRemoteIdentityPublic().toByteArray(),
                session.getLocalIdentityPublic().toByteArray(),
                covered);
        return ConstantTime.equal(
                Arrays.copyOf(mac, MAC_BYTES), Arrays.copyOfRange(message, message.length - MAC_BYTES, message.length));
    }
}
