package dev.waxwing.internal.signal;

import dev.waxwing.internal.signal.PreKeys.PreKey;
import dev.waxwing.model.Jid;
import dev.waxwing.store.AccountStore;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/** One device with all its keys, for tests that let two of them talk. */
final class Party {

    final Jid jid;
    final AccountStore store;
    final CredentialsStore credentials;
    final PreKeys preKeys;
    final SignalSessions sessions;
    final List<Jid> changed = new ArrayList<>();

    Party(String jid, AccountStore store) {
        this.jid = Jid.parse(jid);
        this.store = store;
        credentials = new CredentialsStore(store);
        credentials.loadOrCreate();
        preKeys = new PreKeys(store, credentials);
        sessions = new SignalSessions(store, credentials, changed::add);
    }

    PreKeyBundle bundle() {
        PreKey oneTime = preKeys.unuploaded(1).get(0);
        preKeys.markUploaded(oneTime.id());
        return bundle(
                OptionalInt.of(oneTime.id()), Optional.of(oneTime.keyPair().publicKey()));
    }

    PreKeyBundle bundleWithoutOneTimeKey() {
        return bundle(OptionalInt.empty(), Optional.empty());
    }

    private PreKeyBundle bundle(OptionalInt preKeyId, Optional<byte[]> preKey) {
        Credentials own = credentials.loadOrCreate();
        return new PreKeyBundle(
                own.registrationId(),
                own.identityKey().publicKey(),
                own.signedPreKey().id(),
                own.signedPreKey().keyPair().publicKey(),
                own.signedPreKey().signature(),
                preKeyId,
                preKey,
                Optional.empty());
    }

    void meet(Party peer, PreKeyBundle bundle) {
        sessions.inTransaction(Set.of(peer.jid), tx -> {
            tx.buildSession(peer.jid, bundle);
            return true;
        });
    }

    Ciphertext encrypt(Party peer, String text) {
        return sessions.inTransaction(
                Set.of(peer.jid), tx -> tx.encrypt(peer.jid, text.getBytes(StandardCharsets.UTF_8)));
    }

    String decrypt(Party peer, Ciphertext ciphertext) {
        return new String(
                sessions.inTransaction(Set.of(peer.jid), tx -> tx.decrypt(peer.jid, ciphertext)),
                StandardCharsets.UTF_8);
    }
}
