package dev.waxwing.internal.signal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waxwing.store.MemoryStore;
import org.junit.jupiter.api.Test;

final class SignalSessionsTest {

    @Test
    void givenBundle_whenBothSidesTalk_thenPlaintextsArrive() {
        Party alice = new Party("15551230001@s.whatsapp.net", MemoryStore.create());
        Party bob = new Party("100000000000002:7@lid", MemoryStore.create());
        alice.meet(bob, bob.bundle());

        Ciphertext first = alice.encrypt(bob, "hello");
        assertThat(first.type()).isEqualTo(Ciphertext.Type.PKMSG);
        assertThat(first.bytes()[0]).isEqualTo((byte) 0x33);
        assertThat(bob.decrypt(alice, first)).isEqualTo("hello");

        Ciphertext reply = bob.encrypt(alice, "hi");
        assertThat(reply.type()).isEqualTo(Ciphertext.Type.MSG);
        assertThat(alice.decrypt(bob, reply)).isEqualTo("hi");
        assertThat(alice.encrypt(bob, "again").type()).isEqualTo(Ciphertext.Type.MSG);
    }
}
