package dev.waxwing.internal.signal.engine;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.waxwing.error.DecryptionFailedException;
import dev.waxwing.error.DecryptionFailedException.Reason;
import dev.waxwing.error.ProtocolViolationException;
import dev.waxwing.internal.crypto.Curve25519;
import dev.waxwing.internal.crypto.Hkdf;
import dev.waxwing.internal.crypto.PublicKeys;
import dev.waxwing.internal.signal.engine.SessionMessages.Sealed;
import dev.waxwing.model.Jid;
import dev.waxwing.proto.session.SessionChain;
import dev.waxwing.proto.session.SessionMessageKey;
import dev.waxwing.proto.session.SessionStructure;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Looks at messages far down a chain before libsignal does, so that nobody can keep it busy.
 *
 * <p>For every key it skips, libsignal copies all skipped keys of the chain, and it checks the MAC only at the end
 * (measured with 0.23.1: 2,000 keys take 0.9 s, 25,000 take 13 s). It does so in every session of the device, up to
 * 41, until one fits. A forged message could thus hold the account's store for minutes. Here the MAC key is found by
 * the chain's hashes alone, in a few milliseconds; a message that fits no session goes no further, and the session
 * that one fits is put in front, where libsignal finds it at once.
 */
final class ForwardJump {

    /** Up to here the work is not worth a second look. */
    static final int HARMLESS = 64;

    /**
     * How far a message may lie ahead of its chain. Two of the popular clients have the same limit, so that nobody
     * sends further; libsignal's own would be 25,000.
     */
    static final int MAX = 2_000;

    private static final byte[] RATCHET_INFO = "WhisperRatchet".getBytes(StandardCharsets.US_ASCII);

    private final Sealed message;
    private final ByteString ratchetKey;
    private final long counter;

    private ForwardJump(Sealed message) {
        this.message = message;
        ratchetKey = message.body().getRatchetKey();
        counter = Integer.toUnsignedLong(message.body().getCounter());
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
     * Finds the session of a message by its MAC.
     *
     * @param record the sessions with the device, as libsignal wrote them
     * @param message the whole message, which libsignal parsed without complaint
     * @return the sessions with the message's own in front; {@code record} itself if it is there already
     * @throws DecryptionFailedException if the message is too far ahead, was read before or fits no session
     */
    static byte[] admit(Jid device, byte[] record, byte[] message) {
        Sealed sealed = SessionMessages.parse(message)
                .orElseThrow(() -> DecryptionFailures.of(device, Reason.INVALID_MESSAGE, null));
        try {
            List<SessionStructure> all = SessionRecords.sessionsOf(record);
            int fitting = new ForwardJump(sealed).find(device, all);
            return fitting == 0 ? record : SessionRecords.inFront(all, fitting);
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
            ChainKey start = newChain(sessions.get(i));
            if (start != null && isMadeWith(start.ahead(counter), sessions.get(i))) {
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
            return isMadeWith(ChainKey.of(chain.getChainKey()).ahead(ahead), session);
        }
        for (SessionMessageKey skipped : chain.getMessageKeysList()) {
            if (Integer.toUnsignedLong(skipped.getIndex()) == counter) {
                return message.isMadeWith(skipped.getMacKey().toByteArray(), session);
            }
        }
        throw DecryptionFailures.of(device, Reason.DUPLICATE, null);
    }

    /**
     * The chain that the message's ratchet key would begin in a session; null if it has no own half or the point is
     * not usable.
     */
    private @Nullable ChainKey newChain(SessionStructure session) {
        byte[] own = session.getSenderChain().getSenderRatchetKeyPrivate().toByteArray();
        if (own.length != Curve25519.KEY_BYTES) {
            return null;
        }
        try {
            byte[] secret = Curve25519.agree(own, PublicKeys.untyped(ratchetKey.toByteArray()));
            byte[] rootAndChain = Hkdf.sha256(secret, session.getRootKey().toByteArray(), RATCHET_INFO, 64);
            return new ChainKey(Arrays.copyOfRange(rootAndChain, 32, 64), 0);
        } catch (ProtocolViolationException e) {
            return null;
        }
    }

    private boolean isMadeWith(ChainKey place, SessionStructure session) {
        return message.isMadeWith(place.messageKeys().macKey(), session);
    }
}
