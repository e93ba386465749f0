package dev.waxwing.internal.signal.engine.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.waxwing.error.DecryptionFailedException;
import dev.waxwing.internal.crypto.Curve25519;
import dev.waxwing.internal.crypto.KeyPair;
import dev.waxwing.internal.signal.Party;
import dev.waxwing.internal.signal.SignalAddress;
import dev.waxwing.internal.signal.engine.Ciphertext;
import dev.waxwing.internal.signal.engine.PreKeyBundle;
import dev.waxwing.internal.signal.engine.RatchetEngine;
import dev.waxwing.internal.signal.engine.SessionEngine;
import dev.waxwing.model.Jid;
import dev.waxwing.proto.session.SessionRecordStructure;
import dev.waxwing.proto.session.SessionStructure;
import dev.waxwing.store.MemoryStore;
import dev.waxwing.store.StoreEntry;
import dev.waxwing.store.StoreTable;
import dev.waxwing.store.StoreTransaction;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A device that takes each step twice, from the same rows: by libsignal, which is undone, and by our engine, which
 * draws the key that libsignal drew. Both must answer, refuse, report and write the same.
 */
final class OracleDevice {

    private static final int MANY = 1_000_000;

    final Party party;

    OracleDevice(String jid) {
        party = new Party(jid, MemoryStore.create());
    }

    /** What a step did. */
    record Outcome(
            @Nullable Object answer,
            @Nullable Object refusal,
            byte @Nullable [] session,
            byte @Nullable [] identity,
            List<String> preKeys,
            List<Jid> changed) {

        /** Compares with another engine's outcome, bytes and all. */
        void assertSame(Outcome theirs) {
            assertThat(refusal).isEqualTo(theirs.refusal);
            assertThat(hex(answer)).isEqualTo(hex(theirs.answer));
            assertThat(record(session)).isEqualTo(record(theirs.session));
            assertThat(hex(session)).as("bytes of the record").isEqualTo(hex(theirs.session));
            assertThat(hex(identity)).isEqualTo(hex(theirs.identity));
            assertThat(preKeys).isEqualTo(theirs.preKeys);
            assertThat(changed).isEqualTo(theirs.changed);
        }

        private static @Nullable String hex(@Nullable Object value) {
            if (value instanceof Ciphertext ciphertext) {
                return ciphertext.type() + HexFormat.of().formatHex(ciphertext.bytes());
            }
            return value instanceof byte[] bytes ? HexFormat.of().formatHex(bytes) : null;
        }
    }

    Ciphertext encrypt(OracleDevice peer, byte[] text) {
        Jid jid = peer.party.jid;
        return (Ciphertext) both(peer, (engine, key) -> engine.encrypt(jid, key, text)).answer;
    }

    /** The plaintext, or the reason why there is none. */
    Object decrypt(OracleDevice peer, Ciphertext ciphertext) {
        Jid jid = peer.party.jid;
        Outcome outcome = both(peer, (engine, key) -> engine.decrypt(jid, key, ciphertext));
        return outcome.refusal == null ? outcome.answer : outcome.refusal;
    }

    /** Starts a session by one of the engines; their records must differ in the keys that were drawn alone. */
    void meet(OracleDevice peer, PreKeyBundle bundle, boolean byLibsignal) {
        Verb start = (engine, key) -> {
            engine.initiate(peer.party.jid, key, bundle);
            return null;
        };
        SessionEngine.Factory engine = RatchetEngine.factory(party.credentials);
        // The one that stays comes second.
        Outcome undone = take(byLibsignal ? engine : libsignal(), peer, start, true);
        Outcome kept = take(byLibsignal ? libsignal() : engine, peer, start, false);
        Outcome theirs = byLibsignal ? kept : undone;
        Outcome ours = byLibsignal ? undone : kept;
        assertThat(withoutDrawn(ours.session)).isEqualTo(withoutDrawn(theirs.session));
        assertThat(ours.session).hasSameSizeAs(theirs.session);
        assertThat(Outcome.hex(ours.identity)).isEqualTo(Outcome.hex(theirs.identity));
        assertThat(ours.changed).isEqualTo(theirs.changed);
    }

    boolean hasSession(OracleDevice peer) {
        return party.sessions.hasSession(peer.party.jid);
    }

    SessionRecordStructure record(OracleDevice peer) {
        return record(party.sessionRow(peer.party));
    }

    /** One step. */
    interface Verb {
        @Nullable
        Object take(SessionEngine engine, String key);
    }

    private Outcome both(OracleDevice peer, Verb verb) {
        Outcome theirs = take(libsignal(), peer, verb, true);
        Outcome ours = take(RatchetEngine.factory(party.credentials, () -> drawn(theirs.session)), peer, verb, false);
        ours.assertSame(theirs);
        return ours;
    }

    private SessionEngine.Factory libsignal() {
        return LibsignalEngine.factory(party.credentials);
    }

    private Outcome take(SessionEngine.Factory engines, OracleDevice peer, Verb verb, boolean undo) {
        String key = SignalAddress.of(peer.party.jid).key();
        List<Jid> changed = new ArrayList<>();
        Function<StoreTransaction, Outcome> work = tx -> {
            SessionEngine engine = engines.in(tx, changed::add);
            Object answer = null;
            Object refusal = null;
            try {
                answer = verb.take(engine, key);
            } catch (DecryptionFailedException e) {
                refusal = e.reason();
            }
            engine.flush();
            return new Outcome(
                    answer,
                    refusal,
                    tx.get(StoreTable.SESSIONS, key),
                    tx.get(StoreTable.IDENTITIES, key),
                    tx.scan(StoreTable.PRE_KEYS, "", "~", MANY).stream()
                            .map(StoreEntry::key)
                            .toList(),
                    changed);
        };
        if (!undo) {
            return party.store.transact(work::apply);
        }
        try {
            return party.store.transact(tx -> {
                throw new Undone(work.apply(tx));
            });
        } catch (Undone undone) {
            return undone.outcome;
        }
    }

    private static final class Undone extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private final transient Outcome outcome;

        Undone(Outcome outcome) {
            super(null, null, false, false);
            this.outcome = outcome;
        }
    }

    /** The pair of the sending chain, which libsignal has drawn if the ratchet turned. */
    private static KeyPair drawn(byte @Nullable [] session) {
        return Curve25519.fromPrivate(record(session)
                .getCurrentSession()
                .getSenderChain()
                .getSenderRatchetKeyPrivate()
                .toByteArray());
    }

    private static SessionRecordStructure withoutDrawn(byte @Nullable [] session) {
        SessionRecordStructure record = record(session);
        SessionStructure.Builder current = record.getCurrentSession().toBuilder();
        current.setAliceBaseKey(blank(current.getAliceBaseKey())).setRootKey(blank(current.getRootKey()));
        current.getPendingPreKeyBuilder()
                .setBaseKey(blank(current.getPendingPreKey().getBaseKey()));
        current.getSenderChainBuilder()
                .setSenderRatchetKey(blank(current.getSenderChain().getSenderRatchetKey()))
                .setSenderRatchetKeyPrivate(blank(current.getSenderChain().getSenderRatchetKeyPrivate()))
                .getChainKeyBuilder()
                .setKey(blank(current.getSenderChain().getChainKey().getKey()));
        current.getReceiverChainsBuilder(0)
                .getChainKeyBuilder()
                .setKey(blank(current.getReceiverChains(0).getChainKey().getKey()));
        return record.toBuilder().setCurrentSession(current).build();
    }

    private static ByteString blank(ByteString value) {
        return ByteString.copyFrom(new byte[value.size()]);
    }

    static SessionRecordStructure record(byte @Nullable [] session) {
        try {
            return session == null
                    ? SessionRecordStructure.getDefaultInstance()
                    : SessionRecordStructure.parseFrom(session);
        } catch (InvalidProtocolBufferException e) {
            throw new AssertionError("an engine wrote what cannot be read: " + Arrays.toString(session), e);
        }
    }
}
