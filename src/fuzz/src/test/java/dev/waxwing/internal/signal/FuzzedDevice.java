package dev.waxwing.internal.signal;

import dev.waxwing.internal.account.Credentials;
import dev.waxwing.internal.account.CredentialsStore;
import dev.waxwing.internal.account.PreKey;
import dev.waxwing.internal.account.PreKeys;
import dev.waxwing.internal.signal.engine.Ciphertext;
import dev.waxwing.internal.signal.engine.PreKeyBundle;
import dev.waxwing.model.IdentityPolicy;
import dev.waxwing.model.Jid;
import dev.waxwing.store.AccountStore;
import dev.waxwing.store.MemoryStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Function;

/** A device with keys of its own, one of two that talk. */
final class FuzzedDevice {

    final Jid jid;
    final AccountStore store = MemoryStore.create();
    final List<IdentityNews> news = new ArrayList<>();
    private final CredentialsStore credentials = new CredentialsStore(store);
    private final PreKeys preKeys = new PreKeys(store, credentials);
    private final SignalSessions sessions =
            new SignalSessions(store, credentials, IdentityPolicy.TELL, Pairs.NONE, news::add);

    FuzzedDevice(String jid) {
        this.jid = Jid.parse(jid);
        credentials.loadOrCreate();
    }

    PreKeyBundle bundle() {
        Credentials own = credentials.loadOrCreate();
        PreKey oneTime = preKeys.unuploaded(1).get(0);
        preKeys.markUploaded(oneTime.id());
        return new PreKeyBundle(
                own.registrationId(),
                own.identityKey().publicKey(),
                own.signedPreKey().id(),
                own.signedPreKey().keyPair().publicKey(),
                own.signedPreKey().signature(),
                OptionalInt.of(oneTime.id()),
                Optional.of(oneTime.keyPair().publicKey()),
                Optional.empty());
    }

    void meet(FuzzedDevice peer) {
        PreKeyBundle bundle = peer.bundle();
        with(peer, tx -> {
            tx.buildSession(peer.jid, bundle);
            return true;
        });
    }

    Ciphertext encrypt(FuzzedDevice peer, byte[] plaintext) {
        return with(peer, tx -> tx.encrypt(peer.jid, plaintext));
    }

    byte[] decrypt(FuzzedDevice peer, Ciphertext ciphertext) {
        return with(peer, tx -> tx.decrypt(peer.jid, ciphertext));
    }

    <T> T with(FuzzedDevice peer, Function<SignalTransaction, T> work) {
        return sessions.inTransaction(Set.of(peer.jid), work);
    }
}
