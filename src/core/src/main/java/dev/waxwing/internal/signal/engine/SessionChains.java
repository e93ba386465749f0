package dev.waxwing.internal.signal.engine;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.waxwing.error.ProtocolViolationException;
import dev.waxwing.internal.crypto.AesCbc;
import dev.waxwing.internal.signal.engine.ChainKey.MessageKeys;
import dev.waxwing.internal.signal.engine.SessionMessages.Sealed;
import dev.waxwing.proto.session.SessionChain;
import dev.waxwing.proto.session.SessionRecordStructure;
import dev.waxwing.proto.session.SessionStructure;
import dev.waxwing.proto.signal.SignalMessage;
import java.util.Optional;

/**
 * The chains of the current session in a record that libsignal wrote. Each message is a step along one of them, by a
 * hash and a cipher, and is taken here; what takes an agreement of keys or another session of the record is
 * libsignal's. See {@code docs/decisions/0010}. A step that fails changes nothing. Mutable; belongs to one
 * transaction.
 */
final class SessionChains {

    private final SessionRecordStructure record;
    private final SessionStructure.Builder session;

    private SessionChains(SessionRecordStructure record) {
        this.record = record;
        session = record.getCurrentSession().toBuilder();
    }

    /**
     * @param record as libsignal or {@link #record} wrote it
     */
    static SessionChains of(byte[] record) throws InvalidProtocolBufferException {
        return new SessionChains(SessionRecordStructure.parseFrom(record));
    }

    /** The record with the steps that were taken. */
    byte[] record() {
        return record.toBuilder().setCurrentSession(session).build().toByteArray();
    }

    /**
     * Encrypts on the sending chain.
     *
     * @return the ciphertext, which opens the session until the other side has answered; empty if the record has no
     *     session to send in
     */
    Optional<Ciphertext> encrypt(byte[] plaintext) {
        SessionChain chain = session.getSenderChain();
        ChainKey place = ChainKey.of(chain.getChainKey());
        if (session.getSessionVersion() != SessionMessages.FORMAT
                || !place.isWellFormed()
                || session.getLocalIdentityPublic().isEmpty()
                || session.getRemoteIdentityPublic().isEmpty()) {
            return Optional.empty();
        }
        MessageKeys keys = place.messageKeys();
        SignalMessage body = SignalMessage.newBuilder()
                .setRatchetKey(chain.getSenderRatchetKey())
                .setCounter(place.index())
                .setPreviousCounter(session.getPreviousCounter())
                .setCiphertext(ByteString.copyFrom(AesCbc.encrypt(keys.cipherKey(), keys.iv(), plaintext)))
                .build();
        byte[] message = SessionMessages.seal(body, keys.macKey(), session);
        Ciphertext ciphertext = session.hasPendingPreKey()
                ? new Ciphertext(Ciphertext.Type.PKMSG, SessionMessages.introduce(session, message))
                : new Ciphertext(Ciphertext.Type.MSG, message);
        session.setSenderChain(
                chain.toBuilder().setChainKey(place.next().stored()).build());
        return Optional.of(ciphertext);
    }

    /**
     * Decrypts the next message of a receiving chain.
     *
     * @param ciphertext as received
     * @return the plaintext; empty if it is not the next message of any chain, or not a genuine one
     */
    Optional<byte[]> decryptNext(Ciphertext ciphertext) {
        Sealed sealed = (ciphertext.type() == Ciphertext.Type.MSG
                        ? Optional.of(ciphertext.bytes())
                        : introducedAgain(ciphertext.bytes()))
                .flatMap(SessionMessages::parse)
                .orElse(null);
        if (sealed == null || session.getSessionVersion() != SessionMessages.FORMAT || !session.hasSenderChain()) {
            return Optional.empty();
        }
        for (int i = session.getReceiverChainsCount() - 1; i >= 0; i--) {
            SessionChain chain = session.getReceiverChains(i);
            if (chain.getSenderRatchetKey().equals(sealed.body().getRatchetKey())) {
                return isNext(sealed.body(), chain) ? decrypt(sealed, i) : Optional.empty();
            }
        }
        return Optional.empty();
    }

    /** The message in an introduction to this very session: the other side has not heard from here yet. */
    private Optional<byte[]> introducedAgain(byte[] message) {
        return SessionMessages.parseIntroduction(message)
                .filter(outer -> outer.getBaseKey().equals(session.getAliceBaseKey())
                        && outer.getIdentityKey().equals(session.getRemoteIdentityPublic()))
                .map(outer -> outer.getMessage().toByteArray());
    }

    private static boolean isNext(SignalMessage body, SessionChain chain) {
        return body.hasCounter()
                && body.hasCiphertext()
                && chain.hasChainKey()
                && body.getCounter() == chain.getChainKey().getIndex();
    }

    private Optional<byte[]> decrypt(Sealed sealed, int index) {
        SessionChain chain = session.getReceiverChains(index);
        ChainKey place = ChainKey.of(chain.getChainKey());
        if (!place.isWellFormed()) {
            return Optional.empty();
        }
        MessageKeys keys = place.messageKeys();
        if (!sealed.isMadeWith(keys.macKey(), session)) {
            return Optional.empty();
        }
        byte[] plaintext;
        try {
            plaintext = AesCbc.decrypt(
                    keys.cipherKey(), keys.iv(), sealed.body().getCiphertext().toByteArray());
        } catch (ProtocolViolationException e) {
            return Optional.empty();
        }
        session.setReceiverChains(
                index, chain.toBuilder().setChainKey(place.next().stored()).build());
        // The other side has the session: messages need not introduce it any more.
        session.clearPendingPreKey();
        return Optional.of(plaintext);
    }
}
