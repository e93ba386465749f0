package dev.waxwing.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.waxwing.internal.binary.Node;
import dev.waxwing.internal.crypto.BigEndian;
import dev.waxwing.internal.crypto.Bytes;
import dev.waxwing.internal.crypto.Curve25519;
import dev.waxwing.internal.crypto.Digests;
import dev.waxwing.model.Jid;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Bundles are handed out, and their one-time keys only once. */
final class PreKeyTest {

    @RegisterExtension
    final RawDevices devices = new RawDevices();

    private final LoopbackServer server = devices.server();
    private RawDevice alice;
    private RawDevice bob;

    @BeforeEach
    void link() throws Exception {
        alice = devices.online("Alice");
        bob = devices.online("Bob");
    }

    @Test
    void givenTwoKeys_whenFetchedThreeTimes_thenEachIsHandedOutOnceAndTheThirdBundleHasNone() throws Exception {
        bob.upload(2);

        assertThat(keyId(fetch(alice, bob.lidJid()))).isEqualTo(1);
        assertThat(keyId(fetch(alice, bob.jid()))).isEqualTo(2);
        Node last = fetch(alice, bob.lidJid());
        assertThat(last.child("key")).isNull();
        assertThat(last.requireChild("skey").requireChild("value").requireBytes())
                .isEqualTo(bob.credentials().preKey().publicKey());
        assertThat(count(bob)).isZero();
    }

    @Test
    void givenDrainedDevice_whenToldAndFetched_thenItIsTheOneThatIsLeft() throws Exception {
        bob.upload(20);
        server.drainPreKeys(bob.jid(), 1);
        server.tellPreKeysLeft(bob.lidJid());

        Node notice = bob.client().next("notification");
        assertThat(notice.attr("type")).isEqualTo("encrypt");
        assertThat(notice.requireChild("count").attr("value")).isEqualTo("1");
        assertThat(server.preKeysLeft(bob.jid())).isEqualTo(1);
        assertThat(keyId(fetch(alice, bob.lidJid()))).isEqualTo(20);
        assertThat(server.preKeysLeft(bob.jid())).isZero();
        assertThatIllegalArgumentException().isThrownBy(() -> server.drainPreKeys(bob.phone(), 0));
    }

    @Test
    void givenBundle_whenFetched_thenItEchoesTheAddressAndHasTheDevicesIdentity() throws Exception {
        bob.upload(1);

        Node bundle = fetch(alice, bob.lidJid());

        assertThat(bundle.jid("jid")).isEqualTo(bob.lidJid());
        assertThat(bundle.requireChild("identity").requireBytes())
                .isEqualTo(bob.credentials().identity().publicKey());
        assertThat(bundle.requireChild("device-identity").requireBytes()).isNotEmpty();
    }

    @Test
    void registrationIdAbove2To31_whenBundleAndDigestAreFetched_thenAll32BitsAreThere() throws Exception {
        long id = 0xF000_0001L;
        bob.upload(1, id);

        Node bundle = fetch(alice, bob.jid());
        Node digest = bob.client()
                .ask(RawClient.iq("get", "encrypt").child(Node.builder("digest").build()))
                .requireChild("digest");

        assertThat(BigEndian.decode(bundle.requireChild("registration").requireBytes()))
                .isEqualTo(id);
        assertThat(BigEndian.decode(digest.requireChild("registration").requireBytes()))
                .isEqualTo(id);
    }

    @Test
    void givenNothingUploaded_whenFetched_thenTheKeysOfThePairingServe() throws Exception {
        Node bundle = fetch(alice, bob.jid());

        assertThat(bundle.requireChild("identity").requireBytes())
                .isEqualTo(bob.credentials().identity().publicKey());
        assertThat(bundle.child("key")).isNull();
    }

    @Test
    void givenPhone_whenFetchedAgainAndAgain_thenItsSignatureHoldsAndNoKeyComesTwice() throws Exception {
        Node first = fetch(alice, bob.lid());
        Node second = fetch(alice, bob.phone());

        Node signed = first.requireChild("skey");
        assertThat(Curve25519.verify(
                        first.requireChild("identity").requireBytes(),
                        Bytes.concat(
                                new byte[] {5}, signed.requireChild("value").requireBytes()),
                        signed.requireChild("signature").requireBytes()))
                .isTrue();
        assertThat(first.child("device-identity")).isNull();
        assertThat(key(first)).isNotEqualTo(key(second)).hasSize(Curve25519.KEY_BYTES);
    }

    @Test
    void givenUnknownDevice_whenFetchedWithAKnownOne_thenOnlyItCarriesAnError() throws Exception {
        Node list = alice.client()
                .ask(RawClient.iq("get", "encrypt")
                        .child(Node.builder("key")
                                .child(user(bob.jid()))
                                .child(user(bob.jid().withDevice(77)))
                                .build()))
                .requireChild("list");

        assertThat(list.children()).hasSize(2);
        assertThat(list.children().get(0).child("error")).isNull();
        assertThat(list.children().get(1).requireChild("error").attr("code")).isEqualTo("404");
    }

    @Test
    void givenOwnDevice_whenItFetchesItself_thenItGetsItsBundle() throws Exception {
        assertThat(fetch(alice, alice.lidJid()).child("error")).isNull();
    }

    @Test
    void givenSixKeys_whenTheyRunLow_thenTheirOwnerIsToldOnce() throws Exception {
        bob.upload(6);
        fetch(alice, bob.jid());
        assertThat(bob.client().received()).noneMatch(node -> node.tag().equals("notification"));
        fetch(alice, bob.jid());
        fetch(alice, bob.jid());

        Node notification = bob.client().next("notification");
        assertThat(notification.attr("type")).isEqualTo("encrypt");
        assertThat(notification.jid("from")).isEqualTo(Jid.SERVER);
        assertThat(notification.requireChild("count").attr("value")).isEqualTo("4");
        assertThat(count(bob)).isEqualTo(3);
        assertThat(bob.client().received()).noneMatch(node -> node.tag().equals("notification"));
    }

    @Test
    void givenUpload_whenItsDigestIsAsked_thenTheHashCoversWhatIsLeft() throws Exception {
        bob.upload(3);
        fetch(alice, bob.jid());

        Node digest = bob.client()
                .ask(RawClient.iq("get", "encrypt").child(Node.builder("digest").build()))
                .requireChild("digest");

        assertThat(digest.requireChild("list").children("id"))
                .extracting(id -> BigEndian.decode(id.requireBytes()))
                .containsExactly(2L, 3L);
        assertThat(digest.requireChild("hash").requireBytes())
                .isEqualTo(Digests.sha1(
                        bob.credentials().identity().publicKey(),
                        digest.requireChild("skey").requireChild("value").requireBytes(),
                        digest.requireChild("skey").requireChild("signature").requireBytes(),
                        RawDevice.publicKey(2),
                        RawDevice.publicKey(3)));
    }

    @Test
    void givenNoUpload_whenItsDigestIsAsked_thenThereIsNone() throws Exception {
        Node answer = bob.client()
                .ask(RawClient.iq("get", "encrypt").child(Node.builder("digest").build()));

        assertThat(answer.requireChild("error").attr("code")).isEqualTo("404");
    }

    @Test
    void givenRotation_whenTheSignatureIsForeign_thenItIsRefusedAndTheOldKeyStays() throws Exception {
        byte[] next = Curve25519.generate().publicKey();
        byte[] foreign = Curve25519.sign(alice.credentials().identity().privateKey(), new byte[] {5}, next);
        byte[] genuine = Curve25519.sign(bob.credentials().identity().privateKey(), new byte[] {5}, next);

        assertThat(rotate(next, foreign).requireChild("error").attr("code")).isEqualTo("406");
        assertThat(signedKey(fetch(alice, bob.jid())))
                .isEqualTo(bob.credentials().preKey().publicKey());
        assertThat(rotate(next, genuine).attr("type")).isEqualTo("result");
        assertThat(signedKey(fetch(alice, bob.jid()))).isEqualTo(next);
    }

    private Node rotate(byte[] key, byte[] signature) throws InterruptedException {
        return bob.client()
                .ask(RawClient.iq("set", "encrypt")
                        .child(Node.builder("rotate")
                                .child(RawDevice.skey(2, key, signature))
                                .build()));
    }

    private static Node fetch(RawDevice who, Jid whose) throws InterruptedException {
        return who.client()
                .ask(RawClient.iq("get", "encrypt")
                        .child(Node.builder("key").child(user(whose)).build()))
                .requireChild("list")
                .requireChild("user");
    }

    private static Node user(Jid jid) {
        return Node.builder("user").attr("jid", jid).build();
    }

    private static long keyId(Node bundle) {
        return BigEndian.decode(bundle.requireChild("key").requireChild("id").requireBytes());
    }

    private static byte[] key(Node bundle) {
        return bundle.requireChild("key").requireChild("value").requireBytes();
    }

    private static byte[] signedKey(Node bundle) {
        return bundle.requireChild("skey").requireChild("value").requireBytes();
    }

    private static int count(RawDevice device) throws InterruptedException {
        return device.client()
                .ask(RawClient.iq("get", "encrypt").child(Node.builder("count").build()))
                .requireChild("count")
                .intAttr("value", -1);
    }
}
