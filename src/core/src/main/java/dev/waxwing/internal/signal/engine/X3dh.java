package dev.waxwing.internal.signal.engine;

import com.google.protobuf.ByteString;
import dev.waxwing.error.ProtocolViolationException;
import dev.waxwing.internal.account.Credentials;
import dev.waxwing.internal.crypto.Bytes;
import dev.waxwing.internal.crypto.Curve25519;
import dev.waxwing.internal.crypto.KeyPair;
import dev.waxwing.internal.crypto.PublicKeys;
import dev.waxwing.proto.session.SessionPendingPreKey;
import dev.waxwing.proto.session.SessionStructure;
import dev.waxwing.proto.signal.PreKeySignalMessage;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * How a session starts, on either side: "The X3DH Key Agreement Protocol" of the Signal project, with the constants of
 * libsignal and libsignal-node. The session is written as libsignal 0.23.1 would.
 */
final class X3dh {

    /** Stands before the agreements, so that their hash is never that of a signature's message. */
    private static final byte[] PREFIX = new byte[Curve25519.KEY_BYTES];

    static {
        Arrays.fill(PREFIX, (byte) 0xff);
    }

    private static final byte[] NOTHING = {};

    private X3dh() {}

    /**
     * Starts a session with the owner of a bundle.
     *
     * @param own the own keys
     * @param bundle keys of the other side
     * @param base a fresh pair, which tells this session from others
     * @param ratchet a fresh pair, for the first sending chain
     * @param effort is told of the work
     * @throws ProtocolViolationException if a key of the bundle is not usable
     */
    static Session initiate(Credentials own, PreKeyBundle bundle, KeyPair base, KeyPair ratchet, Effort effort) {
        // One popular client drops a one-time key of id 0, and would compute another secret: do without that key.
        boolean hasOneTime = bundle.preKeyId().orElse(0) != 0;
        byte[] signed = bundle.signedPreKey();
        RootKey.Step start = RootKey.start(Bytes.concat(
                PREFIX,
                Curve25519.agree(own.identityKey().privateKey(), signed),
                Curve25519.agree(base.privateKey(), bundle.identityKey()),
                Curve25519.agree(base.privateKey(), signed),
                hasOneTime ? Curve25519.agree(base.privateKey(), bundle.preKey().orElseThrow()) : NOTHING));
        RootKey.Step sending = start.root().step(ratchet.privateKey(), signed);
        effort.agreements(hasOneTime ? 5 : 4);
        SessionPendingPreKey.Builder pending = SessionPendingPreKey.newBuilder()
                .setBaseKey(typed(base.publicKey()))
                .setSignedPreKeyId(bundle.signedPreKeyId());
        if (hasOneTime) {
            pending.setPreKeyId(bundle.preKeyId().orElseThrow());
        }
        SessionStructure.Builder session = started(own, typed(bundle.identityKey()), typed(base.publicKey()))
                .setRootKey(ByteString.copyFrom(sending.root().key()))
                .setSenderChain(Session.senderChain(ratchet, sending.chain()))
                .addReceiverChains(
                        ReceiverChain.begin(typed(signed), start.chain()).stored())
                .setPendingPreKey(pending);
        return remoteRegistrationId(session, bundle.registrationId());
    }

    /**
     * Joins the session that the sender of a message started.
     *
     * @param own the own keys
     * @param message the message around the first one of the session, its keys well-formed
     * @param signedPreKey the pair it names
     * @param oneTime the one-time pair it names, null if it names none
     * @param effort is told of the work
     * @throws ProtocolViolationException if a key in the message is not usable
     */
    static Session respond(
            Credentials own,
            PreKeySignalMessage message,
            KeyPair signedPreKey,
            @Nullable KeyPair oneTime,
            Effort effort) {
        byte[] base = PublicKeys.untyped(message.getBaseKey().toByteArray());
        RootKey.Step start = RootKey.start(Bytes.concat(
                PREFIX,
                Curve25519.agree(
                        signedPreKey.privateKey(),
                        PublicKeys.untyped(message.getIdentityKey().toByteArray())),
                Curve25519.agree(own.identityKey().privateKey(), base),
                Curve25519.agree(signedPreKey.privateKey(), base),
                oneTime == null ? NOTHING : Curve25519.agree(oneTime.privateKey(), base)));
        effort.agreements(oneTime == null ? 3 : 4);
        SessionStructure.Builder session = started(own, message.getIdentityKey(), message.getBaseKey())
                .setRootKey(ByteString.copyFrom(start.root().key()))
                .setSenderChain(Session.senderChain(signedPreKey, start.chain()));
        return remoteRegistrationId(session, message.getRegistrationId());
    }

    private static SessionStructure.Builder started(Credentials own, ByteString remoteIdentity, ByteString baseKey) {
        SessionStructure.Builder session = SessionStructure.newBuilder()
                .setSessionVersion(SessionMessages.FORMAT)
                .setLocalIdentityPublic(typed(own.identityKey().publicKey()))
                .setRemoteIdentityPublic(remoteIdentity)
                .setAliceBaseKey(baseKey);
        if (own.registrationId() != 0) {
            session.setLocalRegistrationId(own.registrationId());
        }
        return session;
    }

    private static Session remoteRegistrationId(SessionStructure.Builder session, int id) {
        if (id != 0) {
            session.setRemoteRegistrationId(id);
        }
        return new Session(session.build());
    }

    private static ByteString typed(byte[] key) {
        return ByteString.copyFrom(PublicKeys.typed(key));
    }
}
