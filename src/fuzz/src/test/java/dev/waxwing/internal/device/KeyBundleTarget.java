package dev.waxwing.internal.device;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waxwing.error.PeerKeyRejectedException;
import dev.waxwing.error.ProtocolViolationException;
import dev.waxwing.fuzz.FuzzTarget;
import dev.waxwing.fuzz.Seeds;
import dev.waxwing.fuzz.Stanzas;
import dev.waxwing.fuzz.StoreImage;
import dev.waxwing.internal.account.CredentialsStore;
import dev.waxwing.internal.binary.Node;
import dev.waxwing.internal.binary.NodeBytes;
import dev.waxwing.internal.signal.SignalSessions;
import dev.waxwing.internal.signal.engine.PreKeyBundle;
import dev.waxwing.model.Jid;
import dev.waxwing.store.AccountStore;
import dev.waxwing.store.MemoryStore;
import dev.waxwing.store.StoreTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Answers with key bundles, and sessions begun with what they bring. Refused with {@link ProtocolViolationException} or
 * {@link PeerKeyRejectedException} only; a bundle that is refused leaves neither session nor identity.
 */
public final class KeyBundleTarget implements FuzzTarget {

    private final AccountStore store = MemoryStore.create();
    private final SignalSessions sessions;
    private final StoreImage image;

    public KeyBundleTarget() {
        CredentialsStore credentials = new CredentialsStore(store);
        credentials.loadOrCreate();
        sessions = new SignalSessions(store, credentials);
        image = StoreImage.of(store, StoreTable.SESSIONS, StoreTable.IDENTITIES);
    }

    @Override
    public List<byte[]> seeds() {
        List<byte[]> seeds = new ArrayList<>();
        for (byte[] user : Seeds.nodes("user"::equals, "signal-prekeys.json")) {
            Node list = Node.builder("list").child(NodeBytes.read(user)).build();
            seeds.add(NodeBytes.of(Node.builder("iq").child(list).build()));
        }
        seeds.addAll(Seeds.nodes("receipt"::equals, "signal-prekeys.json"));
        return seeds;
    }

    @Override
    public void accept(byte[] input) {
        Node iq = Stanzas.read(input).orElse(null);
        if (iq == null) {
            return;
        }
        Map<Jid, PreKeyBundle> bundles;
        try {
            KeyBundles.inRetry(iq);
        } catch (ProtocolViolationException | PeerKeyRejectedException e) {
            // Refused as promised.
        }
        try {
            bundles = KeyBundles.answer(iq, (device, reason) -> {});
        } catch (ProtocolViolationException e) {
            return;
        }
        bundles.forEach(this::meet);
    }

    private void meet(Jid device, PreKeyBundle bundle) {
        assertThat(bundle.identityKey()).hasSize(32);
        if (!device.isUser()) {
            return;
        }
        boolean refused = sessions.inTransaction(Set.of(device), tx -> {
            try {
                tx.buildSession(device, bundle);
                return false;
            } catch (PeerKeyRejectedException e) {
                return true;
            }
        });
        if (refused) {
            image.assertUnchanged();
        } else {
            assertThat(sessions.hasSession(device)).isTrue();
            image.restore();
        }
    }
}
