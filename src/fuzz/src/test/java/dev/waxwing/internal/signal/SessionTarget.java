package dev.waxwing.internal.signal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waxwing.error.DecryptionFailedException;
import dev.waxwing.fuzz.FuzzTarget;
import dev.waxwing.fuzz.StoreImage;
import dev.waxwing.internal.signal.engine.Ciphertext;
import dev.waxwing.store.StoreTable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Messages on a live session: the next one, one that lies ahead, one behind a turn of the ratchet, one read before, and
 * one that starts anew; the input says which and how it is spoilt. Refused with {@link DecryptionFailedException} only,
 * and then no row of session, identity or pre-key differs when the transaction has ended; what opens is what was sent;
 * no row grows by more than a session weighs.
 */
public final class SessionTarget implements FuzzTarget {

    private static final int MOST_GROWTH = 100_000;

    private record Genuine(Ciphertext ciphertext, byte[] plaintext, boolean opens) {}

    private final FuzzedDevice alice = new FuzzedDevice("15551234567@s.whatsapp.net");
    private final FuzzedDevice bob = new FuzzedDevice("15557654321@s.whatsapp.net");
    private final List<Genuine> genuine = new ArrayList<>();
    private final StoreImage image;

    public SessionTarget() {
        bob.meet(alice);
        alice.decrypt(bob, bob.encrypt(alice, text("greeting")));
        bob.decrypt(alice, alice.encrypt(bob, text("answer")));
        Ciphertext read = bob.encrypt(alice, text("read"));
        alice.decrypt(bob, read);
        genuine.add(sent("next", true));
        for (int i = 0; i < 5; i++) {
            bob.encrypt(alice, text("lost"));
        }
        genuine.add(sent("ahead", true));
        bob.decrypt(alice, alice.encrypt(bob, text("turn")));
        genuine.add(sent("behind a turn", true));
        genuine.add(new Genuine(read, text("read"), false));
        bob.with(alice, tx -> {
            tx.deleteSession(alice.jid);
            return true;
        });
        bob.meet(alice);
        genuine.add(sent("anew", true));
        image = StoreImage.of(
                alice.store,
                StoreTable.SESSIONS,
                StoreTable.IDENTITIES,
                StoreTable.PRE_KEYS,
                StoreTable.SIGNED_PRE_KEYS,
                StoreTable.CREDENTIALS);
    }

    @Override
    public List<byte[]> seeds() {
        List<byte[]> seeds = new ArrayList<>();
        for (byte i = 0; i < 2 * genuine.size(); i++) {
            seeds.add(new byte[] {i});
            seeds.add(new byte[] {i, 0, 0, 0, 0x33});
            seeds.add(new byte[] {i, 1, 0, 9, 1, 3, 0, 40, 8});
        }
        return seeds;
    }

    @Override
    public void accept(byte[] input) {
        if (input.length == 0) {
            return;
        }
        int which = input[0] & 0xff;
        Genuine message = genuine.get(which % genuine.size());
        byte[] bytes = Edits.apply(message.ciphertext.bytes(), input);
        // Every other one says that it is of the other type.
        boolean retyped = which / genuine.size() % 2 == 1;
        Ciphertext ciphertext =
                new Ciphertext(retyped ? other(message.ciphertext.type()) : message.ciphertext.type(), bytes);
        alice.news.clear();
        byte[] opened = alice.with(bob, tx -> {
            try {
                return tx.decrypt(bob.jid, ciphertext);
            } catch (DecryptionFailedException e) {
                return null;
            }
        });
        if (opened == null) {
            image.assertUnchanged();
            assertThat(alice.news).isEmpty();
            assertThat(message.opens && !retyped && Arrays.equals(bytes, message.ciphertext.bytes()))
                    .as("a genuine message was refused")
                    .isFalse();
            return;
        }
        assertThat(opened).isEqualTo(message.plaintext);
        assertThat(message.opens).as("a message opened twice").isTrue();
        assertThat(image.bytesNow()).isLessThan(image.bytes() + MOST_GROWTH);
        image.restore();
    }

    private Genuine sent(String plaintext, boolean opens) {
        return new Genuine(bob.encrypt(alice, text(plaintext)), text(plaintext), opens);
    }

    private static Ciphertext.Type other(Ciphertext.Type type) {
        return type == Ciphertext.Type.MSG ? Ciphertext.Type.PKMSG : Ciphertext.Type.MSG;
    }

    private static byte[] text(String text) {
        return text.getBytes(java.nio.charset.StandardCharsets.UTF_8);
    }
}
