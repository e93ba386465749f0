package dev.waxwing.internal.signal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waxwing.error.DecryptionFailedException;
import dev.waxwing.error.StoreFailedException;
import dev.waxwing.fuzz.FuzzTarget;
import dev.waxwing.fuzz.StoreImage;
import dev.waxwing.internal.signal.engine.Ciphertext;
import dev.waxwing.store.StoreTable;
import java.util.List;
import java.util.function.Consumer;

/**
 * The row of a session, damaged. Every use ends well, or with {@link StoreFailedException} or {@link
 * DecryptionFailedException}, and then the row is as it was: it may be read by another version.
 */
public final class SessionRowTarget implements FuzzTarget {

    private final FuzzedDevice alice = new FuzzedDevice("15551234567@s.whatsapp.net");
    private final FuzzedDevice bob = new FuzzedDevice("15557654321@s.whatsapp.net");
    private final String key = SignalAddress.of(bob.jid).key();
    private final byte[] fresh;
    private final byte[] archiving;
    private final Ciphertext message;
    private final StoreImage image;

    public SessionRowTarget() {
        alice.meet(bob);
        fresh = row();
        bob.decrypt(alice, alice.encrypt(bob, new byte[1]));
        alice.decrypt(bob, bob.encrypt(alice, new byte[1]));
        bob.encrypt(alice, new byte[1]);
        alice.decrypt(bob, bob.encrypt(alice, new byte[1]));
        alice.meet(bob);
        archiving = row();
        message = bob.encrypt(alice, new byte[2]);
        image = StoreImage.of(alice.store, StoreTable.SESSIONS, StoreTable.IDENTITIES, StoreTable.PRE_KEYS);
    }

    @Override
    public List<byte[]> seeds() {
        return List.of(fresh, archiving);
    }

    @Override
    public void accept(byte[] input) {
        alice.store.transact(tx -> {
            tx.put(StoreTable.SESSIONS, key, input);
            return true;
        });
        use(input, tx -> tx.hasSession(bob.jid));
        use(input, tx -> tx.baseKey(bob.jid));
        use(input, tx -> tx.remoteRegistrationId(bob.jid));
        use(input, tx -> tx.decrypt(bob.jid, message));
        use(input, tx -> tx.encrypt(bob.jid, new byte[3]));
        image.restore();
    }

    private void use(byte[] row, Consumer<SignalTransaction> work) {
        boolean refused;
        try {
            refused = alice.with(bob, tx -> {
                try {
                    work.accept(tx);
                    return false;
                } catch (DecryptionFailedException e) {
                    return true;
                }
            });
        } catch (StoreFailedException e) {
            refused = true;
        }
        if (refused) {
            assertThat(row()).isEqualTo(row);
        } else {
            alice.store.transact(tx -> {
                tx.put(StoreTable.SESSIONS, key, row);
                return true;
            });
        }
    }

    private byte[] row() {
        return alice.store.transact(tx -> tx.get(StoreTable.SESSIONS, key));
    }
}
