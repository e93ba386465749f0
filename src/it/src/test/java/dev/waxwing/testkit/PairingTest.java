package dev.waxwing.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.waxwing.internal.binary.Node;
import dev.waxwing.internal.crypto.Curve25519;
import dev.waxwing.model.Jid;
import dev.waxwing.proto.adv.ADVSignedDeviceIdentity;
import dev.waxwing.proto.adv.ADVSignedDeviceIdentityHMAC;
import dev.waxwing.testkit.server.ScanRefusedException;
import dev.waxwing.testkit.traffic.PairingFault;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A device is linked by QR code. */
final class PairingTest {

    private LoopbackServer server;

    @BeforeEach
    void start() {
        server = LoopbackServer.start();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void givenScannedCode_whenDeviceSigns_thenItIsFirstCompanionOfTheAccountOfItsPushName() throws Exception {
        Jid device = RawPairing.link(server, RawCredentials.fresh("Alice"));

        Phone phone = server.phone("Alice");
        assertThat(device).isEqualTo(phone.jid().withDevice(1));
        assertThat(phone.companions()).containsExactly(device);
        assertThat(server.accounts()).hasSize(1);
    }

    @Test
    void givenSamePushName_whenAnotherDeviceIsLinked_thenItIsTheNextOfThatAccount() throws Exception {
        Jid first = RawPairing.link(server, RawCredentials.fresh("Alice"));
        Jid second = RawPairing.link(server, RawCredentials.fresh("Alice"));

        assertThat(second).isEqualTo(first.withDevice(2));
    }

    @Test
    void givenNoPushName_whenTwoDevicesAreLinked_thenEachHasAnAccountOfItsOwn() throws Exception {
        Jid first = RawPairing.link(server, RawCredentials.fresh(""));
        Jid second = RawPairing.link(server, RawCredentials.fresh(""));

        assertThat(first.withoutDevice()).isNotEqualTo(second.withoutDevice());
        assertThat(server.accounts()).extracting(Phone::name).doesNotContain("");
    }

    @Test
    void givenTwoServers_whenTheSameNameIsUsed_thenItHasTheSameAddresses() {
        try (LoopbackServer other = LoopbackServer.start()) {
            assertThat(other.phone("Alice").jid())
                    .isEqualTo(server.phone("Alice").jid());
            assertThat(other.phone("Alice").lid())
                    .isEqualTo(server.phone("Alice").lid());
            assertThat(other.phone("Bob").jid())
                    .isNotEqualTo(server.phone("Alice").jid());
        }
    }

    @Test
    void givenPhoneOfAnotherName_whenItScans_thenTheDeviceIsItsCompanion() throws Exception {
        RawCredentials credentials = RawCredentials.fresh("Alice");
        try (RawClient client = RawClient.register(server, credentials)) {
            server.phone("Bob").scanQr(credentials.qr(RawPairing.awaitRef(client)));
            Jid device = RawPairing.finish(client, credentials);

            assertThat(device.withoutDevice()).isEqualTo(server.phone("Bob").jid());
        }
    }

    @Test
    void givenOffer_whenRefsAreRead_thenThereAreSixDifferentOnes() throws Exception {
        try (RawClient client = RawClient.register(server, RawCredentials.fresh("Alice"))) {
            assertThat(client.next("iq").requireChild("pair-device").children("ref"))
                    .hasSize(6)
                    .extracting(Node::text)
                    .doesNotHaveDuplicates()
                    .allSatisfy(ref -> assertThat(ref).doesNotContain(","));
        }
    }

    @Test
    void givenUsedRef_whenScannedAgain_thenItIsUnknown() throws Exception {
        RawCredentials credentials = RawCredentials.fresh("Alice");
        try (RawClient client = RawClient.register(server, credentials)) {
            String qr = credentials.qr(RawPairing.awaitRef(client));
            server.scanQr(qr);

            assertRefused(qr, 404);
        }
    }

    @Test
    void givenCodeOfAnotherDevice_whenScanned_thenItIsRefusedAndTheRefStaysValid() throws Exception {
        RawCredentials credentials = RawCredentials.fresh("Alice");
        try (RawClient client = RawClient.register(server, credentials)) {
            String ref = RawPairing.awaitRef(client);
            assertRefused(RawCredentials.fresh("Mallory").qr(ref), 400);

            server.scanQr(credentials.qr(ref));
            assertThat(RawPairing.finish(client, credentials).device()).isEqualTo(1);
        }
    }

    @Test
    void givenGarbage_whenScanned_thenItIsRefused() {
        assertRefused("", 400);
        assertRefused("a,b,c", 400);
        assertRefused("ref,%%%,%%%,%%%", 400);
        assertRefused("ref,AAAA,AAAA,AAAA", 400);
        assertRefused(RawCredentials.fresh("Alice").qr("ref"), 404);
    }

    @Test
    void givenClientGone_whenItsCodeIsScanned_thenItIsUnknown() throws Exception {
        RawCredentials credentials = RawCredentials.fresh("Alice");
        String ref;
        try (RawClient client = RawClient.register(server, credentials)) {
            ref = RawPairing.awaitRef(client);
        }
        server.connections().whenNone().get(10, TimeUnit.SECONDS);

        assertRefused(credentials.qr(ref), 404);
    }

    @Test
    void givenWrongDeviceSignature_whenAnswered_thenTheDeviceIsNotLinked() throws Exception {
        RawCredentials credentials = RawCredentials.fresh("Alice");
        try (RawClient client = RawClient.register(server, credentials)) {
            server.scanQr(credentials.qr(RawPairing.awaitRef(client)));
            Node success = client.next("iq");
            client.send(RawPairing.answer(success, 1, signedIdentity(success), new byte[64]));

            assertThat(client.next("failure").attr("reason")).isEqualTo("401");
            client.awaitClosed();
        }
        assertThat(server.phone("Alice").companions()).isEmpty();
    }

    @Test
    void givenRefusalOfTheClient_whenAnswered_thenTheDeviceIsNotLinked() throws Exception {
        RawCredentials credentials = RawCredentials.fresh("Alice");
        try (RawClient client = RawClient.register(server, credentials)) {
            server.scanQr(credentials.qr(RawPairing.awaitRef(client)));
            Node success = client.next("iq");
            client.send(Node.builder("iq")
                    .attr("to", Jid.SERVER)
                    .attr("type", "error")
                    .attr("id", success.requireAttr("id"))
                    .child(Node.builder("error").attr("code", 401).build())
                    .build());
            server.journal()
                    .await(entry -> "error".equals(entry.stanza().attr("type")))
                    .join();
        }
        assertThat(server.phone("Alice").companions()).isEmpty();
    }

    @Test
    void givenForgedHmac_whenPairSuccessArrives_thenItDoesNotFitTheSecret() throws Exception {
        assertForged(PairingFault.WRONG_HMAC, "HMAC of pair-success");
    }

    @Test
    void givenForgedSignature_whenPairSuccessArrives_thenItDoesNotVerify() throws Exception {
        assertForged(PairingFault.WRONG_SIGNATURE, "account signature");
    }

    @Test
    void givenStrictServer_whenSignedPreKeyIsNotSigned_thenRegistrationIsRefused() throws Exception {
        server.strict(true);
        RawCredentials credentials = RawCredentials.fresh("Alice");
        try (RawClient client =
                RawClient.open(server, credentials, credentials.registration(new byte[Curve25519.SIGNATURE_BYTES]))) {
            assertThat(client.next("failure").attr("reason")).isEqualTo("401");
            client.awaitClosed();
        }
    }

    private void assertForged(PairingFault fault, String what) throws Exception {
        server.faults().nextPairing(fault);
        RawCredentials credentials = RawCredentials.fresh("Alice");
        try (RawClient client = RawClient.register(server, credentials)) {
            server.scanQr(credentials.qr(RawPairing.awaitRef(client)));
            Node success = client.next("iq");
            assertThatThrownBy(() -> RawPairing.accept(success, credentials)).hasMessageContaining(what);
        }
    }

    private void assertRefused(String qr, int status) {
        assertThatThrownBy(() -> server.scanQr(qr))
                .isInstanceOfSatisfying(
                        ScanRefusedException.class,
                        refused -> assertThat(refused.status()).isEqualTo(status));
    }

    private static ADVSignedDeviceIdentity signedIdentity(Node success) throws Exception {
        return ADVSignedDeviceIdentity.parseFrom(
                ADVSignedDeviceIdentityHMAC.parseFrom(success.requireChild("pair-success")
                                .requireChild("device-identity")
                                .requireBytes())
                        .getDetails());
    }
}
