package dev.waxwing.internal.signal.engine;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.waxwing.error.DecryptionFailedException.Reason;
import dev.waxwing.error.ProtocolViolationException;
import dev.waxwing.internal.crypto.AesCbc;
import dev.waxwing.internal.crypto.Curve25519;
import dev.waxwing.internal.crypto.KeyPair;
import dev.waxwing.internal.crypto.PublicKeys;
import dev.waxwing.internal.signal.engine.ChainKey.MessageKeys;
import dev.waxwing.internal.signal.engine.SessionMessages.Sealed;
import dev.waxwing.proto.session.SessionChain;
import dev.waxwing.proto.session.SessionStructure;
import dev.waxwing.proto.signal.SignalMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One session: "The Double Ratchet Algorithm" of the Signal project, sections 3 and 5, in the form that libsignal
 * 0.23.1 writes down. A step that fails changes nothing. Mutable; belongs to one transaction.
 */
final class Session {

    /** How many receiving chains are kept, as libsignal does: messages of older ones are lost. */
    private static final int MAX_RECEIVER_CHAINS = 5;

    /** All but the receiving chains. */
    private final SessionStructure.Builder state;

    /** The oldest first. */
    private final List<ReceiverChain> chains = new ArrayList<>();

    /** Without the steps taken since; null once there were some. */
    private @Nullable SessionStructure stored;

    /** As {@link #stored}. */
    private @Nullable ByteString bytes;

    Session(SessionStructure stored) {
        this.stored = stored;
        state = stored.toBuilder().clearReceiverChains();
        stored.getReceiverChainsList().forEach(chain -> chains.add(ReceiverChain.of(chain)));
    }

    static Session parse(ByteString stored) throws InvalidProtocolBufferException {
        Session session = new Session(SessionStructure.parseFrom(stored));
        session.bytes = stored;
        return session;
    }

    static SessionChain senderChain(KeyPair ratchet, ChainKey start) {
        return SessionChain.newBuilder()
                .setSenderRatchetKey(ByteString.copyFrom(PublicKeys.typed(ratchet.publicKey())))
                .setSenderRatchetKeyPrivate(ByteString.copyFrom(ratchet.privateKey()))
                .setChainKey(start.stored())
                .build();
    }

    /** The session with the steps that were taken. */
    SessionStructure stored() {
        if (stored == null) {
            SessionStructure.Builder all = state.clone();
            chains.forEach(chain -> all.addReceiverChains(chain.stored()));
            stored = all.build();
        }
        return stored;
    }

    /** The same in bytes: most archived sessions are written as they were read. */
    ByteString bytes() {
        if (bytes == null) {
            bytes = stored().toByteString();
        }
        return bytes;
    }

    private void changed() {
        stored = null;
        bytes = null;
    }

    /** Whether messages of this format can belong to it. Another kind of session is left alone. */
    boolean isUsable() {
        return state.getSessionVersion() == SessionMessages.FORMAT
                && !state.getLocalIdentityPublic().isEmpty()
                && !state.getRemoteIdentityPublic().isEmpty()
                && root().isWellFormed();
    }

    ByteString baseKey() {
        return state.getAliceBaseKey();
    }

    ByteString remoteIdentity() {
        return state.getRemoteIdentityPublic();
    }

    int remoteRegistrationId() {
        return state.getRemoteRegistrationId();
    }

    private RootKey root() {
        return new RootKey(state.getRootKey().toByteArray());
    }

    /**
     * Encrypts on the sending chain.
     *
     * @return the ciphertext, which opens the session until the other side has answered; empty if this is no session to
     *     send in
     */
    Optional<Ciphertext> encrypt(byte[] plaintext) {
        SessionChain chain = state.getSenderChain();
        ChainKey place = ChainKey.of(chain.getChainKey());
        if (!isUsable() || !place.isWellFormed()) {
            return Optional.empty();
        }
        MessageKeys keys = place.messageKeys();
        SignalMessage body = SignalMessage.newBuilder()
                .setRatchetKey(chain.getSenderRatchetKey())
                .setCounter(place.index())
                .setPreviousCounter(state.getPreviousCounter())
                .setCiphertext(ByteString.copyFrom(AesCbc.encrypt(keys.cipherKey(), keys.iv(), plaintext)))
                .build();
        byte[] message = SessionMessages.seal(body, keys.macKey(), state);
        Ciphertext ciphertext = state.hasPendingPreKey()
                ? new Ciphertext(Ciphertext.Type.PKMSG, SessionMessages.introduce(state, message))
                : new Ciphertext(Ciphertext.Type.MSG, message);
        state.setSenderChain(chain.toBuilder().setChainKey(place.next().stored()));
        changed();
        return Optional.of(ciphertext);
    }

    /** The chain of a ratchet key of the other side; null if it has none here, or this is no usable session. */
    @Nullable
    ReceiverChain chainOf(ByteString ratchetKey) {
        // From the newest on: there most messages belong.
        for (int i = chains.size() - 1; i >= 0; i--) {
            if (chains.get(i).ratchetKey().equals(ratchetKey)) {
                return isUsable() ? chains.get(i) : null;
            }
        }
        return null;
    }

    /**
     * Decrypts a message of a chain.
     *
     * @param chain one of this session's
     * @throws RefusedException as {@link ReceiverChain#decrypt}
     */
    byte[] decrypt(Sealed message, ReceiverChain chain, Effort effort) throws RefusedException {
        byte[] plaintext = chain.decrypt(message, state, effort);
        confirmed();
        return plaintext;
    }

    /**
     * Decrypts a message of a ratchet key that has no chain yet, and turns the ratchet.
     *
     * @param keys draws the key pair of the next sending chain
     * @return the plaintext; null if the message does not belong to this session
     * @throws RefusedException if it lies too far down its chain
     */
    byte @Nullable [] decryptOnNewChain(Sealed message, Effort effort, Supplier<KeyPair> keys) throws RefusedException {
        byte[] own = state.getSenderChain().getSenderRatchetKeyPrivate().toByteArray();
        if (!isUsable() || own.length != Curve25519.KEY_BYTES) {
            return null;
        }
        ByteString ratchetKey = message.body().getRatchetKey();
        byte[] remote = PublicKeys.untyped(ratchetKey.toByteArray());
        try {
            effort.agreements(1);
            RootKey.Step receiving = root().step(own, remote);
            ReceiverChain chain = ReceiverChain.begin(ratchetKey, receiving.chain());
            byte[] plaintext = chain.decrypt(message, state, effort);
            turn(chain, receiving.root(), remote, keys.get());
            effort.agreements(1);
            confirmed();
            return plaintext;
        } catch (ProtocolViolationException e) {
            // A point of low order: nobody's ratchet key.
            return null;
        } catch (RefusedException e) {
            if (e.reason() == Reason.BAD_MAC) {
                return null;
            }
            throw e;
        }
    }

    private void turn(ReceiverChain chain, RootKey root, byte[] remote, KeyPair ratchet) {
        RootKey.Step sending = root.step(ratchet.privateKey(), remote);
        int sent = state.getSenderChain().getChainKey().getIndex();
        state.clearPreviousCounter();
        // libsignal leaves a zero out, which stands for one message and for none.
        if (sent != 0 && sent != 1) {
            state.setPreviousCounter(sent - 1);
        }
        state.setRootKey(ByteString.copyFrom(sending.root().key()))
                .setSenderChain(senderChain(ratchet, sending.chain()));
        chains.add(chain);
        if (chains.size() > MAX_RECEIVER_CHAINS) {
            chains.remove(0);
        }
    }

    /** The other side has the session: messages need not introduce it any more. */
    private void confirmed() {
        state.clearPendingPreKey();
        changed();
    }

    int skippedCount() {
        return chains.stream().mapToInt(ReceiverChain::skippedCount).sum();
    }

    /**
     * Forgets the oldest skipped keys.
     *
     * @param count how many at most
     * @param except the chain that keeps its own, or null
     * @return how many were forgotten
     */
    int forgetSkipped(int count, @Nullable ReceiverChain except) {
        int forgotten = 0;
        for (ReceiverChain chain : chains) {
            if (chain != except) {
                int here = Math.min(count - forgotten, chain.skippedCount());
                chain.forgetSkipped(here);
                forgotten += here;
            }
        }
        if (forgotten > 0) {
            changed();
        }
        return forgotten;
    }

    /** Shows its chains, never a key. */
    @Override
    public String toString() {
        return "Session" + chains;
    }
}
