package dev.waxwing.internal.signal;

import com.google.protobuf.ByteString;
import dev.waxwing.internal.account.AdvSignatures;
import dev.waxwing.internal.account.Credentials;
import dev.waxwing.internal.account.CredentialsStore;
import dev.waxwing.internal.account.KeyIndexList;
import dev.waxwing.internal.account.PreKey;
import dev.waxwing.internal.account.PreKeys;
import dev.waxwing.internal.crypto.KeyPair;
import dev.waxwing.internal.signal.engine.Ciphertext;
import dev.waxwing.internal.signal.engine.PreKeyBundle;
import dev.waxwing.internal.signal.engine.RatchetEngine;
import dev.waxwing.internal.signal.engine.SessionEngine;
import dev.waxwing.model.IdentityChangeKind;
import dev.waxwing.model.IdentityPolicy;
import dev.waxwing.model.Jid;
import dev.waxwing.proto.adv.ADVDeviceIdentity;
import dev.waxwing.proto.adv.ADVKeyIndexList;
import dev.waxwing.proto.adv.ADVSignedDeviceIdentity;
import dev.waxwing.proto.adv.ADVSignedKeyIndexList;
import dev.waxwing.store.AccountStore;
import dev.waxwing.store.StoreTable;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** One device with all its keys, for tests that let two of them talk. */
public final class Party {

    public final Jid jid;
    public final AccountStore store;
    public final CredentialsStore credentials;
    public final PreKeys preKeys;
    public final SignalSessions sessions;
    /** Devices that came with another identity key, which was taken. */
    public final List<Jid> changed = new ArrayList<>();

    /** All that was told. */
    public final List<IdentityNews> news = new ArrayList<>();

    public Party(String jid, AccountStore store) {
        this(jid, store, RatchetEngine::factory, IdentityPolicy.TELL);
    }

    public Party(String jid, AccountStore store, IdentityPolicy policy) {
        this(jid, store, RatchetEngine::factory, policy);
    }

    public Party(String jid, AccountStore store, Function<CredentialsStore, SessionEngine.Factory> engines) {
        this(jid, store, engines, IdentityPolicy.TELL);
    }

    private Party(
            String jid,
            AccountStore store,
            Function<CredentialsStore, SessionEngine.Factory> engines,
            IdentityPolicy policy) {
        this.jid = Jid.parse(jid);
        this.store = store;
        credentials = new CredentialsStore(store);
        credentials.loadOrCreate();
        preKeys = new PreKeys(store, credentials);
        sessions = new SignalSessions(store, credentials, engines.apply(credentials), policy, Pairs.NONE, one -> {
            news.add(one);
            if (one.kind() == IdentityChangeKind.NEW_KEY && !one.refused()) {
                changed.add(one.address());
            }
        });
    }

    public KeyPair identity() {
        return credentials.loadOrCreate().identityKey();
    }

    /** A bundle with a one-time key that the server has handed out now. */
    public PreKeyBundle bundle() {
        PreKey oneTime = preKeys.unuploaded(1).get(0);
        preKeys.markUploaded(oneTime.id());
        return bundle(oneTime, null);
    }

    public PreKeyBundle bundleWithoutOneTimeKey() {
        return bundle(null, null);
    }

    public PreKeyBundle bundle(@Nullable PreKey oneTime, byte @Nullable [] deviceIdentity) {
        Credentials own = credentials.loadOrCreate();
        return new PreKeyBundle(
                own.registrationId(),
                own.identityKey().publicKey(),
                own.signedPreKey().id(),
                own.signedPreKey().keyPair().publicKey(),
                own.signedPreKey().signature(),
                oneTime == null ? OptionalInt.empty() : OptionalInt.of(oneTime.id()),
                Optional.ofNullable(oneTime).map(key -> key.keyPair().publicKey()),
                Optional.ofNullable(deviceIdentity));
    }

    /**
     * A bundle of this companion, with the identity that its phone has signed; without the account key, as the server
     * hands it out.
     */
    public PreKeyBundle bundleSignedBy(Party phone) {
        return bundleSignedBy(phone, 0);
    }

    /** The same with an index in the phone's list of companions. */
    public PreKeyBundle bundleSignedBy(Party phone, int keyIndex) {
        PreKey oneTime = preKeys.unuploaded(1).get(0);
        preKeys.markUploaded(oneTime.id());
        return bundle(
                oneTime,
                identitySignedBy(phone, keyIndex)
                        .clearAccountSignatureKey()
                        .build()
                        .toByteArray());
    }

    /** This companion's identity, signed by its phone and by itself. */
    public ADVSignedDeviceIdentity.Builder identitySignedBy(Party phone) {
        return identitySignedBy(phone, 0);
    }

    /** The same with an index in the phone's list of companions. */
    public ADVSignedDeviceIdentity.Builder identitySignedBy(Party phone, int keyIndex) {
        byte[] details = ADVDeviceIdentity.newBuilder()
                .setRawID(1)
                .setTimestamp(2)
                .setKeyIndex(keyIndex)
                .build()
                .toByteArray();
        KeyPair account = phone.identity();
        return ADVSignedDeviceIdentity.newBuilder()
                .setDetails(ByteString.copyFrom(details))
                .setAccountSignatureKey(ByteString.copyFrom(account.publicKey()))
                .setAccountSignature(ByteString.copyFrom(AdvSignatures.signAccount(
                        account.privateKey(), false, details, identity().publicKey())))
                .setDeviceSignature(ByteString.copyFrom(AdvSignatures.signDevice(
                        identity().privateKey(), false, details, identity().publicKey(), account.publicKey())));
    }

    /** A phone's list of its companions. */
    public static KeyIndexList keyIndexes(KeyPair phone, long timestamp, int current, int... valid) {
        ADVKeyIndexList.Builder list =
                ADVKeyIndexList.newBuilder().setRawID(1).setTimestamp(timestamp).setCurrentIndex(current);
        for (int index : valid) {
            list.addValidIndexes(index);
        }
        byte[] details = list.build().toByteArray();
        ADVSignedKeyIndexList signed = ADVSignedKeyIndexList.newBuilder()
                .setDetails(ByteString.copyFrom(details))
                .setAccountSignature(ByteString.copyFrom(AdvSignatures.signKeyIndexList(phone.privateKey(), details)))
                .build();
        return KeyIndexList.parse(signed.toByteArray()).orElseThrow();
    }

    public void meet(Party peer, PreKeyBundle bundle) {
        with(peer, tx -> {
            tx.buildSession(peer.jid, bundle);
            return true;
        });
    }

    public Ciphertext encrypt(Party peer, String text) {
        return with(peer, tx -> tx.encrypt(peer.jid, text.getBytes(StandardCharsets.UTF_8)));
    }

    public String decrypt(Party peer, Ciphertext ciphertext) {
        return new String(with(peer, tx -> tx.decrypt(peer.jid, ciphertext)), StandardCharsets.UTF_8);
    }

    public <T> T with(Party peer, Function<SignalTransaction, T> work) {
        return sessions.inTransaction(Set.of(peer.jid), work);
    }

    /** The row of the session with a peer. */
    public byte @Nullable [] sessionRow(Party peer) {
        return store.transact(
                tx -> tx.get(StoreTable.SESSIONS, SignalAddress.of(peer.jid).key()));
    }

    /** Starts a session with a peer and lets it answer, so that both send plain messages. */
    public void greet(Party peer) {
        greet(peer, peer.bundle());
    }

    public void greet(Party peer, PreKeyBundle bundle) {
        meet(peer, bundle);
        peer.decrypt(this, encrypt(peer, "greeting"));
        decrypt(peer, peer.encrypt(this, "greeting"));
    }
}
