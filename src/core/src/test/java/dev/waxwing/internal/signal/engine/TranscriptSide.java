package dev.waxwing.internal.signal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.waxwing.internal.account.Credentials;
import dev.waxwing.internal.account.CredentialsStore;
import dev.waxwing.internal.account.PreKey;
import dev.waxwing.internal.account.PreKeyTable;
import dev.waxwing.internal.account.SignedPreKey;
import dev.waxwing.internal.crypto.Curve25519;
import dev.waxwing.internal.crypto.KeyPair;
import dev.waxwing.internal.signal.Pairs;
import dev.waxwing.internal.signal.SignalSessions;
import dev.waxwing.model.IdentityPolicy;
import dev.waxwing.model.Jid;
import dev.waxwing.store.AccountStore;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One side of a recorded conversation. Its engine draws the keys that the recording drew. */
final class TranscriptSide {

    private final Jid peer = Jid.parse("15551230009:3@s.whatsapp.net");
    private final SignalSessions sessions;
    private final KeyPair identity;
    private final SignedPreKey signedPreKey;
    private final int registrationId;
    private final Map<Integer, KeyPair> oneTimeKeys = new HashMap<>();
    private final JsonNode generated;
    private final Deque<KeyPair> drawn = new ArrayDeque<>();

    TranscriptSide(JsonNode own, JsonNode generated, AccountStore store) {
        this.generated = generated;
        identity = pair(own.get("identityPrivate"));
        registrationId = own.get("registrationId").asInt();
        JsonNode signed = own.get("signedPreKey");
        signedPreKey =
                new SignedPreKey(signed.get("id").asInt(), pair(signed.get("private")), hex(signed.get("signature")));
        CredentialsStore credentials = new CredentialsStore(store);
        Credentials given = Credentials.builder(
                        Curve25519.generate(), identity, signedPreKey, registrationId, new byte[32])
                .build();
        credentials.loadOrCreate();
        credentials.update(fresh -> given);
        for (JsonNode key : own.get("oneTimePreKeys")) {
            int id = key.get("id").asInt();
            oneTimeKeys.put(id, pair(key.get("private")));
            store.transact(tx -> {
                PreKeyTable.put(tx, new PreKey(id, oneTimeKeys.get(id)), false);
                return true;
            });
        }
        sessions = new SignalSessions(
                store,
                credentials,
                RatchetEngine.factory(credentials, drawn::remove),
                IdentityPolicy.TELL,
                Pairs.NONE,
                news -> {});
    }

    PreKeyBundle bundle(@Nullable Integer oneTimeKeyId) {
        return new PreKeyBundle(
                registrationId,
                identity.publicKey(),
                signedPreKey.id(),
                signedPreKey.keyPair().publicKey(),
                signedPreKey.signature(),
                oneTimeKeyId == null ? OptionalInt.empty() : OptionalInt.of(oneTimeKeyId),
                Optional.ofNullable(oneTimeKeyId).map(id -> oneTimeKeys.get(id).publicKey()),
                Optional.empty());
    }

    void processBundle(PreKeyBundle bundle, int step) {
        drawn.clear();
        drawn.addAll(generated(step));
        sessions.inTransaction(Set.of(peer), tx -> {
            tx.buildSession(peer, bundle);
            return true;
        });
        assertThat(drawn).isEmpty();
    }

    Ciphertext encrypt(byte[] plaintext) {
        return sessions.inTransaction(Set.of(peer), tx -> tx.encrypt(peer, plaintext));
    }

    byte[] decrypt(Ciphertext ciphertext, int step) {
        drawn.clear();
        // A turn takes one; what was drawn before it in the same step went into a session that was thrown away.
        List<KeyPair> recorded = generated(step);
        drawn.addAll(recorded.subList(Math.max(0, recorded.size() - 1), recorded.size()));
        return sessions.inTransaction(Set.of(peer), tx -> tx.decrypt(peer, ciphertext));
    }

    void deleteSession() {
        sessions.inTransaction(Set.of(peer), tx -> {
            tx.deleteSession(peer);
            return true;
        });
    }

    private List<KeyPair> generated(int step) {
        List<KeyPair> pairs = new ArrayList<>();
        for (JsonNode key : generated) {
            if (key.get("step").asInt() == step) {
                pairs.add(pair(key.get("private")));
            }
        }
        return pairs;
    }

    private static KeyPair pair(JsonNode privateKey) {
        return Curve25519.fromPrivate(hex(privateKey));
    }

    private static byte[] hex(JsonNode text) {
        return HexFormat.of().parseHex(text.asText());
    }
}
