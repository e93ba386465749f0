package dev.waxwing.internal.device;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waxwing.internal.binary.Node;
import dev.waxwing.internal.signal.Party;
import dev.waxwing.internal.signal.engine.PreKeyBundle;
import dev.waxwing.store.MemoryStore;
import org.junit.jupiter.api.Test;

final class KeyBundlesTest {

    private final Party alice = new Party("15551230001@s.whatsapp.net", MemoryStore.create());
    private final Party bob = new Party("100000000000002:7@lid", MemoryStore.create());

    @Test
    void N22_givenBundleWithKeysOfAnotherKind_whenSessionIsBuilt_thenItIsDoneWithoutThem() {
        PreKeyBundle own = bob.bundleWithoutOneTimeKey();
        Node user = Node.builder("user")
                .attr("jid", bob.jid)
                .child(content("registration", new byte[] {0, 0, 1, 2}))
                .child(content("type", new byte[] {5}))
                .child(content("identity", own.identityKey()))
                .child(Node.builder("skey")
                        .child(content("id", new byte[] {0, 0, (byte) own.signedPreKeyId()}))
                        .child(content("value", own.signedPreKey()))
                        .child(content("signature", own.signedPreKeySignature()))
                        .build())
                .child(Node.builder("kyber")
                        .child(content("id", new byte[] {0, 0, 9}))
                        .child(content("value", new byte[1_569]))
                        .build())
                .child(content("new-key", new byte[0]))
                .build();
        Node answer = Node.builder("iq")
                .child(Node.builder("list").child(user).build())
                .build();

        PreKeyBundle bundle = KeyBundles.answer(answer, (device, reason) -> {
                    throw reason;
                })
                .get(bob.jid);

        assertThat(bundle).isNotNull();
        alice.meet(bob, bundle);
        assertThat(bob.decrypt(alice, alice.encrypt(bob, "hello"))).isEqualTo("hello");
    }

    private static Node content(String tag, byte[] bytes) {
        return Node.builder(tag).bytes(bytes).build();
    }
}
