package dev.waxwing.durability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.waxwing.internal.binary.Node;
import dev.waxwing.proto.signal.PreKeySignalMessage;
import dev.waxwing.proto.signal.SenderKeyMessage;
import dev.waxwing.proto.signal.SignalMessage;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

/** The check that no message key is used twice can fail, and fails for nothing else. */
final class RatchetKeysTest {

    private final RatchetKeys keys = new RatchetKeys();

    @Test
    void givenTwoCiphertexts_whenKeyAndCounterAreTheSame_thenReused() {
        keys.look("msg", msg(1, 7, "one"));
        keys.look("msg", msg(1, 7, "two"));

        assertThat(keys.reused()).containsExactly("01/7");
        assertThat(keys.count()).isEqualTo(1);
    }

    @Test
    void givenPreKeyMessage_whenMessageInsideHasKeyAndCounterOfAnother_thenReused() {
        keys.look("pkmsg", pkmsg(msg(1, 0, "one")));
        keys.look("pkmsg", pkmsg(msg(1, 0, "two")));

        assertThat(keys.reused()).containsExactly("01/0");
    }

    @Test
    void givenSameCiphertext_whenSentAgain_thenNotReused() {
        keys.look("msg", msg(1, 7, "one"));
        keys.look("msg", msg(1, 7, "one"));

        assertThat(keys.reused()).isEmpty();
    }

    @Test
    void givenOtherKeyOrCounter_whenCiphertextsDiffer_thenNotReused() {
        keys.look("msg", msg(1, 7, "one"));
        keys.look("msg", msg(1, 8, "two"));
        keys.look("msg", msg(2, 7, "three"));

        assertThat(keys.reused()).isEmpty();
        assertThat(keys.count()).isEqualTo(3);
    }

    @Test
    void givenStanza_whenCiphertextsAreInParticipantsOrInItself_thenAllAreSeen() {
        Node toTwo = Node.builder("message")
                .child(Node.builder("participants")
                        .child(Node.builder("to")
                                .child(enc("msg", msg(1, 0, "one")))
                                .build())
                        .child(Node.builder("to")
                                .child(enc("pkmsg", pkmsg(msg(2, 0, "one"))))
                                .build())
                        .build())
                .build();
        Node toOne = Node.builder("message").child(enc("msg", msg(1, 0, "two"))).build();

        keys.look(toTwo);
        keys.look(toOne);

        assertThat(keys.count()).isEqualTo(2);
        assertThat(keys.reused()).containsExactly("01/0");
    }

    @Test
    void givenGroup_whenNumberOfTheKeyAndIterationAreTheSame_thenReused() {
        keys.look(enc("skmsg", skmsg(5, 7, "one")));
        keys.look(enc("skmsg", skmsg(5, 7, "one")));
        keys.look(enc("skmsg", skmsg(5, 8, "two")));
        keys.look(enc("skmsg", skmsg(6, 7, "three")));

        assertThat(keys.reused()).isEmpty();
        assertThat(keys.countOfGroups()).isEqualTo(3);
        assertThat(keys.countOfSenderKeys()).isEqualTo(2);

        keys.look(enc("skmsg", skmsg(5, 8, "four")));

        assertThat(keys.reused()).containsExactly("skmsg 5/8");
    }

    @Test
    void givenNoMessageKey_whenLooked_thenRefused() {
        byte[] empty = new byte[9];

        assertThatThrownBy(() -> keys.look("msg", empty)).isInstanceOf(IllegalArgumentException.class);
    }

    private static Node enc(String type, byte[] ciphertext) {
        return Node.builder("enc").attr("type", type).bytes(ciphertext).build();
    }

    private static byte[] msg(int ratchetKey, int counter, String ciphertext) {
        byte[] body = SignalMessage.newBuilder()
                .setRatchetKey(ByteString.copyFrom(new byte[] {(byte) ratchetKey}))
                .setCounter(counter)
                .setCiphertext(ByteString.copyFromUtf8(ciphertext))
                .build()
                .toByteArray();
        return ByteBuffer.allocate(1 + body.length + 8)
                .put((byte) 0x33)
                .put(body)
                .array();
    }

    private static byte[] skmsg(int id, int iteration, String ciphertext) {
        byte[] body = SenderKeyMessage.newBuilder()
                .setId(id)
                .setIteration(iteration)
                .setCiphertext(ByteString.copyFromUtf8(ciphertext))
                .build()
                .toByteArray();
        return ByteBuffer.allocate(1 + body.length + 64)
                .put((byte) 0x33)
                .put(body)
                .array();
    }

    private static byte[] pkmsg(byte[] message) {
        byte[] body = PreKeySignalMessage.newBuilder()
                .setMessage(ByteString.copyFrom(message))
                .build()
                .toByteArray();
        return ByteBuffer.allocate(1 + body.length).put((byte) 0x33).put(body).array();
    }
}
