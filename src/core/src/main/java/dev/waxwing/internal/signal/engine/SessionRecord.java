package dev.waxwing.internal.signal.engine;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.waxwing.error.DecryptionFailedException.Reason;
import dev.waxwing.internal.crypto.KeyPair;
import dev.waxwing.internal.signal.engine.SessionMessages.Sealed;
import dev.waxwing.proto.session.SessionRecordStructure;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All sessions with one device: the current one, in which is sent, and the archived ones behind it, newest first, whose
 * messages may still be under way. In the form that libsignal 0.23.1 writes down; what is in it beyond that is kept. A
 * step that fails changes nothing. Mutable; belongs to one transaction.
 */
final class SessionRecord {

    private static final Logger LOG = LoggerFactory.getLogger(SessionRecord.class);

    /** How many sessions are kept besides the current one, as libsignal does. */
    static final int MAX_ARCHIVED = 40;

    /**
     * How many skipped keys are kept in all sessions together. libsignal keeps 2,000 in each of 5 chains of each
     * session: a peer could make its record grow to 39 MB, which every message would read and write.
     */
    static final int MAX_SKIPPED = 2 * ReceiverChain.MAX_SKIPPED;

    /**
     * How many steps a message on a chain that is not known may cost in all sessions together: one that was made for
     * none of 41 would cost 41 times what one session allows.
     */
    static final int MAX_STEPS = 5 * ReceiverChain.MAX_JUMP;

    /** All but the sessions. */
    private final SessionRecordStructure rest;

    private @Nullable Session current;

    /** Not read yet; empty once {@link #archived} is there. */
    private List<ByteString> unread;

    private @Nullable List<Session> archived;

    private SessionRecord(SessionRecordStructure stored) {
        rest = stored.toBuilder().clearCurrentSession().clearPreviousSessions().build();
        current = stored.hasCurrentSession() ? new Session(stored.getCurrentSession()) : null;
        unread = stored.getPreviousSessionsList();
    }

    /** No session yet. */
    static SessionRecord empty() {
        return new SessionRecord(SessionRecordStructure.getDefaultInstance());
    }

    /**
     * Reads a row.
     *
     * @param stored as libsignal or {@link #stored} wrote it
     */
    static SessionRecord parse(byte[] stored) throws InvalidProtocolBufferException {
        return new SessionRecord(SessionRecordStructure.parseFrom(stored));
    }

    byte[] stored() {
        SessionRecordStructure.Builder record = rest.toBuilder();
        if (current != null) {
            record.setCurrentSession(current.stored());
        }
        record.addAllPreviousSessions(unread);
        if (archived != null) {
            archived.forEach(session -> record.addPreviousSessions(session.bytes()));
        }
        return record.build().toByteArray();
    }

    /** The session in which is sent; null if a record holds none. */
    @Nullable
    Session current() {
        return current;
    }

    private List<Session> archived() {
        List<Session> sessions = archived;
        if (sessions == null) {
            sessions = new ArrayList<>(unread.size() + 1);
            for (ByteString bytes : unread) {
                try {
                    sessions.add(Session.parse(bytes));
                } catch (InvalidProtocolBufferException e) {
                    LOG.warn("An archived session cannot be read, and is left out", e);
                }
            }
            archived = sessions;
            unread = List.of();
        }
        return sessions;
    }

    private List<Session> all() {
        List<Session> sessions = new ArrayList<>(archived().size() + 1);
        if (current != null) {
            sessions.add(current);
        }
        sessions.addAll(archived());
        return sessions;
    }

    /** Makes a session the current one; what was goes to the archive. */
    void start(Session session) {
        List<Session> sessions = archived();
        sessions.remove(session);
        if (current != null && current != session) {
            sessions.add(0, current);
        }
        if (sessions.size() > MAX_ARCHIVED) {
            sessions.subList(MAX_ARCHIVED, sessions.size()).clear();
        }
        current = session;
    }

    /** Whether one of the sessions began with a base key of an identity. */
    boolean isStartedWith(ByteString baseKey, ByteString identity) {
        return isStartedWith(current, baseKey, identity)
                || archived().stream().anyMatch(session -> isStartedWith(session, baseKey, identity));
    }

    private static boolean isStartedWith(@Nullable Session session, ByteString baseKey, ByteString identity) {
        return session != null
                && session.isUsable()
                && session.baseKey().equals(baseKey)
                && session.remoteIdentity().equals(identity);
    }

    /** Encrypts in the current session; empty if that cannot be done with it. */
    Optional<Ciphertext> encrypt(byte[] plaintext) {
        return current == null ? Optional.empty() : current.encrypt(plaintext);
    }

    /**
     * Decrypts a message of whichever session it belongs to, which becomes the current one.
     *
     * @param keys draws a key pair where the ratchet turns
     */
    byte[] decrypt(Sealed message, Effort effort, Supplier<KeyPair> keys) throws RefusedException {
        ByteString ratchetKey = message.body().getRatchetKey();
        // A ratchet key belongs to one session: where its chain is known, no other has to be tried.
        ReceiverChain chain = current == null ? null : current.chainOf(ratchetKey);
        if (current != null && chain != null) {
            return decrypt(message, current, chain, effort);
        }
        for (Session session : archived()) {
            ReceiverChain known = session.chainOf(ratchetKey);
            if (known != null) {
                return decrypt(message, session, known, effort);
            }
        }
        return decryptOnNewChain(message, effort, keys);
    }

    private byte[] decrypt(Sealed message, Session session, ReceiverChain chain, Effort effort)
            throws RefusedException {
        int before = chain.skippedCount();
        byte[] plaintext = session.decrypt(message, chain, effort);
        if (session != current) {
            start(session);
        }
        if (chain.skippedCount() > before) {
            boundSkipped(chain);
        }
        return plaintext;
    }

    private byte[] decryptOnNewChain(Sealed message, Effort effort, Supplier<KeyPair> keys) throws RefusedException {
        long counter = Integer.toUnsignedLong(message.body().getCounter());
        if (counter > ReceiverChain.MAX_JUMP) {
            throw new RefusedException(Reason.FUTURE_MESSAGE);
        }
        long steps = 0;
        boolean any = false;
        for (Session session : all()) {
            any |= session.isUsable();
            if (steps + counter > MAX_STEPS) {
                break;
            }
            byte[] plaintext = session.decryptOnNewChain(message, effort, keys);
            if (plaintext != null) {
                start(session);
                if (counter > 0) {
                    boundSkipped(session.chainOf(message.body().getRatchetKey()));
                }
                return plaintext;
            }
            steps += counter;
        }
        throw new RefusedException(any ? Reason.BAD_MAC : Reason.INVALID_SESSION);
    }

    /** The oldest go first: those of the sessions archived first, and of a session those of its first chains. */
    private void boundSkipped(@Nullable ReceiverChain except) {
        List<Session> sessions = all();
        int tooMany = sessions.stream().mapToInt(Session::skippedCount).sum() - MAX_SKIPPED;
        for (int i = sessions.size() - 1; i >= 0 && tooMany > 0; i--) {
            tooMany -= sessions.get(i).forgetSkipped(tooMany, except);
        }
    }

    /**
     * Puts behind these sessions those that were kept under another address of the same device, since its messages may
     * belong to either. Sessions of another identity are worth nothing and are left out.
     */
    void join(SessionRecord other) {
        List<Session> sessions = all();
        ByteString identity = current == null ? ByteString.EMPTY : current.remoteIdentity();
        for (Session session : other.all()) {
            if (session.remoteIdentity().equals(identity)
                    && sessions.stream().noneMatch(known -> known.baseKey().equals(session.baseKey()))) {
                sessions.add(session);
                if (archived().size() < MAX_ARCHIVED) {
                    archived().add(session);
                }
            }
        }
        boundSkipped(null);
    }
}
