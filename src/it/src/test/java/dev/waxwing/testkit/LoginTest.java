package dev.waxwing.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waxwing.internal.binary.Node;
import dev.waxwing.model.Jid;
import dev.waxwing.testkit.traffic.Direction;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A linked device logs in, keeps its connection and leaves. */
final class LoginTest {

    private final RawCredentials credentials = RawCredentials.fresh("Alice");
    private LoopbackServer server;
    private Jid device;

    @BeforeEach
    void link() throws Exception {
        server = LoopbackServer.start();
        device = RawPairing.link(server, credentials);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void givenLinkedDevice_whenItLogsIn_thenSuccessNamesItsLidAndTheServersTime() throws Exception {
        server.clock().set(Instant.ofEpochSecond(1_800_000_000L));
        try (RawClient client = RawClient.login(server, credentials, device)) {
            Node success = client.next("success");

            assertThat(success.jid("lid")).isEqualTo(server.phone("Alice").lid().withDevice(1));
            assertThat(success.longAttr("t", 0)).isBetween(1_800_000_000L, 1_800_000_100L);
        }
    }

    @Test
    void givenUnknownDevice_whenItLogsIn_thenItIsRefusedAndClosed() throws Exception {
        try (RawClient client = RawClient.login(server, credentials, device.withDevice(9))) {
            assertThat(client.next("failure").attr("reason")).isEqualTo("401");
            client.awaitClosed();
        }
    }

    @Test
    void givenStrictServer_whenAnotherNoiseKeyLogsIn_thenItIsRefused() throws Exception {
        RawCredentials stranger = RawCredentials.fresh("Alice");
        server.strict(true);
        try (RawClient client = RawClient.login(server, stranger, device)) {
            assertThat(client.next("failure").attr("reason")).isEqualTo("401");
        }
        try (RawClient client = RawClient.login(server, credentials, device)) {
            client.next("success");
        }
    }

    @Test
    void givenConnectedDevice_whenItLogsInAgain_thenTheOldConnectionIsReplaced() throws Exception {
        try (RawClient first = RawClient.login(server, credentials, device)) {
            first.next("success");
            try (RawClient second = RawClient.login(server, credentials, device)) {
                second.next("success");

                Node error = first.next("stream:error");
                assertThat(error.hasAttr("code")).isFalse();
                assertThat(error.requireChild("conflict").attr("type")).isEqualTo("replaced");
                first.awaitClosed();
                second.becomeActive();
                assertThat(server.connections().list()).hasSize(1).allMatch(info -> info.active());
            }
        }
    }

    @Test
    void givenPing_whenSentWithAndWithoutChild_thenBothAreAnswered() throws Exception {
        try (RawClient client = RawClient.login(server, credentials, device)) {
            Node bare = client.ask(RawClient.iq("get", "w:p"));
            Node withChild = client.ask(
                    RawClient.iq("get", "w:p").child(Node.builder("ping").build()));

            assertThat(bare.attr("type")).isEqualTo("result");
            assertThat(bare.jid("from")).isEqualTo(Jid.SERVER);
            assertThat(withChild.attr("type")).isEqualTo("result");
        }
        assertThat(server.unhandled()).isEmpty();
    }

    @Test
    void givenServersPing_whenAnswered_thenTheAskerLearnsIt() throws Exception {
        try (RawClient client = RawClient.login(server, credentials, device)) {
            client.next("success");
            var answer = server.connections().ping(device);
            Node ping = client.next("iq");
            assertThat(ping.attr("xmlns")).isEqualTo("urn:xmpp:ping");
            client.send(RawPairing.result(ping).build());

            assertThat(answer.get(10, TimeUnit.SECONDS).attr("type")).isEqualTo("result");
        }
    }

    @Test
    void givenUnknownIq_whenLenient_thenItIsRefusedAllTheSameAndListedAsUnhandled() throws Exception {
        try (RawClient client = RawClient.login(server, credentials, device)) {
            Node answer = client.ask(
                    RawClient.iq("get", "no:such").child(Node.builder("thing").build()));

            assertThat(answer.attr("type")).isEqualTo("error");
            assertThat(answer.requireChild("error").attr("code")).isEqualTo("501");
        }
        assertThat(server.unhandled()).hasSize(1).allMatch(entry -> entry.is(Direction.IN, "iq"));
    }

    @Test
    void givenUnknownIq_whenStrict_thenItIsRefusedWith501() throws Exception {
        server.strict(true);
        try (RawClient client = RawClient.login(server, credentials, device)) {
            Node answer = client.ask(RawClient.iq("get", "no:such"));

            assertThat(answer.attr("type")).isEqualTo("error");
            assertThat(answer.requireChild("error").attr("code")).isEqualTo("501");
        }
    }

    @Test
    void givenLogout_whenAnswered_thenTheStreamEndsAndTheDeviceMayNotComeBack() throws Exception {
        try (RawClient client = RawClient.login(server, credentials, device)) {
            Node answer = client.ask(RawClient.iq("set", "md")
                    .child(Node.builder("remove-companion-device")
                            .attr("jid", device)
                            .attr("reason", "user_initiated")
                            .build()));
            assertThat(answer.attr("type")).isEqualTo("result");
            assertRemoved(client);
        }
        assertThat(server.phone("Alice").companions()).isEmpty();
        givenUnknownDevice_whenItLogsIn_thenItIsRefusedAndClosed();
    }

    @Test
    void givenOtherAccountsDevice_whenItsRemovalIsAsked_thenNothingIsFound() throws Exception {
        Jid other = RawPairing.link(server, RawCredentials.fresh("Bob"));
        try (RawClient client = RawClient.login(server, credentials, device)) {
            Node answer = client.ask(RawClient.iq("set", "md")
                    .child(Node.builder("remove-companion-device")
                            .attr("jid", other)
                            .build()));
            assertThat(answer.requireChild("error").attr("code")).isEqualTo("404");
        }
        assertThat(server.phone("Bob").companions()).containsExactly(other);
    }

    @Test
    void givenPhoneRemovesCompanion_whenConnected_thenItIsToldSo() throws Exception {
        try (RawClient client = RawClient.login(server, credentials, device)) {
            client.next("success");
            server.phone("Alice").removeCompanion(device);

            assertRemoved(client);
        }
    }

    @Test
    void givenFailureOrdered_whenDeviceLogsIn_thenItIsRefusedOnce() throws Exception {
        server.connections().failNextLogin(device, 503);
        try (RawClient client = RawClient.login(server, credentials, device)) {
            assertThat(client.next("failure").attr("reason")).isEqualTo("503");
        }
        try (RawClient client = RawClient.login(server, credentials, device)) {
            client.next("success");
        }
    }

    private static void assertRemoved(RawClient client) throws Exception {
        Node error = client.next("stream:error");
        assertThat(error.attr("code")).isEqualTo("401");
        assertThat(error.requireChild("conflict").attr("type")).isEqualTo("device_removed");
        client.awaitClosed();
    }
}
