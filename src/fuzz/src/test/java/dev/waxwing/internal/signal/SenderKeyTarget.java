package dev.waxwing.internal.signal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waxwing.error.DecryptionFailedException;
import dev.waxwing.error.ProtocolViolationException;
import dev.waxwing.fuzz.FuzzTarget;
import dev.waxwing.fuzz.StoreImage;
import dev.waxwing.internal.crypto.Bytes;
import dev.waxwing.internal.crypto.Curve25519;
import dev.waxwing.model.Jid;
import dev.waxwing.store.AccountStore;
import dev.waxwing.store.MemoryStore;
import dev.waxwing.store.StoreTable;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/**
 * Group messages and sender key distributions: the next message, one ahead, one read before, and each of them signed by
 * its sender after it was spoilt. A message is refused with {@link DecryptionFailedException}, a distribution with
 * {@link ProtocolViolationException}, and then no row differs; what opens unsigned by us is what was sent; a record
 * stays within its bound.
 */
public final class SenderKeyTarget implements FuzzTarget {

    private static final Jid GROUP = Jid.parse("120363000000000001@g.us");
    private static final Jid BOB = Jid.parse("15557654321:4@s.whatsapp.net");

    /** Five states with 2,000 skipped keys each, and room. */
    private static final int MOST_BYTES = 5 * 2_000 * 40 + 10_000;

    private record Genuine(byte[] bytes, byte[] plaintext, boolean opens) {}

    private final AccountStore receiver = MemoryStore.create();
    private final List<Genuine> genuine = new ArrayList<>();
    private final byte[] distribution;
    private final byte[] signingPrivate;
    private final StoreImage image;

    public SenderKeyTarget() {
        AccountStore sender = MemoryStore.create();
        distribution = in(sender, keys -> keys.distributionMessage(GROUP));
        in(receiver, keys -> {
            keys.process(GROUP, BOB, distribution);
            return true;
        });
        byte[] read = seal(sender, "read");
        in(receiver, keys -> keys.decrypt(GROUP, BOB, read));
        genuine.add(new Genuine(seal(sender, "next"), text("next"), true));
        for (int i = 0; i < 5; i++) {
            seal(sender, "lost");
        }
        genuine.add(new Genuine(seal(sender, "ahead"), text("ahead"), true));
        genuine.add(new Genuine(read, text("read"), false));
        byte[] own = sender.transact(tx -> tx.get(StoreTable.SENDER_KEYS, "own/" + GROUP));
        signingPrivate = SenderKeyRecord.decode(own).newest().signingPrivate();
        image = StoreImage.of(receiver, StoreTable.SENDER_KEYS, StoreTable.SKIPPED_SENDER_KEYS);
    }

    @Override
    public List<byte[]> seeds() {
        List<byte[]> seeds = new ArrayList<>();
        for (byte i = 0; i <= 2 * genuine.size(); i++) {
            seeds.add(new byte[] {i});
            seeds.add(new byte[] {i, 0, 0, 0, 0x33});
            seeds.add(new byte[] {i, 1, 0, 2, 1, 3, 0, 8, 8});
        }
        return seeds;
    }

    @Override
    public void accept(byte[] input) {
        if (input.length == 0) {
            return;
        }
        int kind = (input[0] & 0xff) % (2 * genuine.size() + 1);
        if (kind == 2 * genuine.size()) {
            distribute(Edits.apply(distribution, input));
            return;
        }
        Genuine message = genuine.get(kind % genuine.size());
        boolean signedAgain = kind >= genuine.size();
        int signed = message.bytes.length - Curve25519.SIGNATURE_BYTES;
        byte[] bytes = signedAgain
                ? signed(Edits.apply(Arrays.copyOf(message.bytes, signed), input))
                : Edits.apply(message.bytes, input);
        byte[] opened = in(receiver, keys -> {
            try {
                return keys.decrypt(GROUP, BOB, bytes);
            } catch (DecryptionFailedException e) {
                return null;
            }
        });
        if (opened == null) {
            image.assertUnchanged();
            assertThat(message.opens && !signedAgain && Arrays.equals(bytes, message.bytes))
                    .as("a genuine message was refused")
                    .isFalse();
            return;
        }
        if (!signedAgain) {
            assertThat(opened).isEqualTo(message.plaintext);
            assertThat(message.opens).as("a message opened twice").isTrue();
        }
        assertThat(image.bytesNow()).isLessThan(MOST_BYTES);
        image.restore();
    }

    private void distribute(byte[] bytes) {
        boolean refused = in(receiver, keys -> {
            try {
                keys.process(GROUP, BOB, bytes);
                return false;
            } catch (ProtocolViolationException e) {
                return true;
            }
        });
        if (refused) {
            image.assertUnchanged();
        } else {
            assertThat(image.bytesNow()).isLessThan(MOST_BYTES);
            image.restore();
        }
    }

    private byte[] signed(byte[] content) {
        return Bytes.concat(content, Curve25519.sign(signingPrivate, content));
    }

    private static byte[] seal(AccountStore sender, String plaintext) {
        return in(sender, keys -> keys.encrypt(GROUP, text(plaintext)));
    }

    private static <T> T in(AccountStore store, Function<SenderKeys, T> work) {
        return store.transact(tx -> work.apply(SenderKeys.in(tx)));
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
