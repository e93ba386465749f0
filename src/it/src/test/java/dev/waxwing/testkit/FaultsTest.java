package dev.waxwing.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waxwing.error.ConnectionLostException;
import dev.waxwing.error.ProtocolViolationException;
import dev.waxwing.error.ServerNotTrustedException;
import dev.waxwing.internal.binary.Node;
import dev.waxwing.model.Jid;
import dev.waxwing.testkit.traffic.Direction;
import dev.waxwing.testkit.traffic.FaultAction;
import dev.waxwing.testkit.traffic.FaultRule;
import dev.waxwing.testkit.traffic.HandshakeFault;
import dev.waxwing.testkit.traffic.StanzaMatch;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the server does wrong when it is told to. */
final class FaultsTest {

    private static final StanzaMatch PINGS = StanzaMatch.in("iq").xmlns("w:p");

    private final RawCredentials credentials = RawCredentials.fresh("Alice");
    private LoopbackServer server;
    private Jid device;

    @BeforeEach
    void link() throws Exception {
        server = LoopbackServer.builder().seed(7).start();
        device = RawPairing.link(server, credentials);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private RawClient login() throws Exception {
        RawClient client = RawClient.login(server, credentials, device);
        client.next("success");
        return client;
    }

    @Test
    void givenStreamError_whenTheServerCloses_thenNoFrameFollowsIt() throws Exception {
        try (RawClient client = login()) {
            server.connections().streamError(device, 503);
            assertThat(client.next("stream:error").attr("code")).isEqualTo("503");
            client.awaitClosed();
            assertThat(client.isBroken()).as("a frame that holds no node came").isFalse();
        }
    }

    @Test
    void givenDropOfTheSecond_whenThreeAreSent_thenTheOthersAreAnswered() throws Exception {
        FaultRule rule = server.faults().add(PINGS.nth(2), new FaultAction.Drop());
        try (RawClient client = login()) {
            client.send(ping("one"));
            client.send(ping("two"));
            client.send(ping("three"));

            assertThat(client.next("iq").attr("id")).isEqualTo("one");
            assertThat(client.next("iq").attr("id")).isEqualTo("three");
            assertThat(rule.fired()).isEqualTo(1);
            assertThat(server.journal()
                            .entries(entry -> "two".equals(entry.stanza().attr("id"))))
                    .hasSize(1)
                    .allMatch(entry -> entry.note().equals("lost"));
        }
    }

    @Test
    void givenDelayOfTheFirst_whenTwoAreSent_thenTheSecondOvertakes() throws Exception {
        server.faults().add(PINGS.nth(1), new FaultAction.Delay(Duration.ofMillis(50)));
        try (RawClient client = login()) {
            client.send(ping("one"));
            client.send(ping("two"));

            assertThat(client.next("iq").attr("id")).isEqualTo("two");
            assertThat(client.next("iq").attr("id")).isEqualTo("one");
        }
    }

    @Test
    void givenReorderOfTheFirst_whenThreeAreSent_thenTwoOvertakeIt() throws Exception {
        FaultRule rule = server.faults().add(PINGS.nth(1), new FaultAction.Reorder(2));
        try (RawClient client = login()) {
            client.send(ping("one"));
            client.send(ping("two"));
            client.send(ping("three"));
            client.send(ping("four"));

            assertThat(client.next("iq").attr("id")).isEqualTo("two");
            assertThat(client.next("iq").attr("id")).isEqualTo("three");
            assertThat(client.next("iq").attr("id")).isEqualTo("one");
            assertThat(client.next("iq").attr("id")).isEqualTo("four");
            assertThat(rule.fired()).isEqualTo(1);
        }
    }

    @Test
    void givenReorderOfTheLast_whenNothingFollows_thenItComesAllTheSame() throws Exception {
        server.faults().add(StanzaMatch.out("iq").type("result").nth(2), new FaultAction.Reorder(1));
        try (RawClient client = login()) {
            client.send(ping("one"));
            client.send(ping("two"));

            assertThat(client.next("iq").attr("id")).isEqualTo("one");
            assertThat(client.next("iq").attr("id")).isEqualTo("two");
            assertThat(server.journal()
                            .entries(entry -> "two".equals(entry.stanza().attr("id"))))
                    .anyMatch(entry -> entry.note().equals("reordered"));
        }
    }

    @Test
    void givenDuplicateOfAnswers_whenOneIsAsked_thenTwoCome() throws Exception {
        server.faults().add(StanzaMatch.out("iq").type("result").first(1), new FaultAction.Duplicate());
        try (RawClient client = login()) {
            client.send(ping("one"));
            client.send(ping("two"));

            assertThat(client.next("iq").attr("id")).isEqualTo("one");
            assertThat(client.next("iq").attr("id")).isEqualTo("one");
            assertThat(client.next("iq").attr("id")).isEqualTo("two");
        }
    }

    @Test
    void givenCloseWithCode_whenItMatches_thenTheWebSocketIsClosed() throws Exception {
        server.faults().add(PINGS, new FaultAction.Close(1011));
        try (RawClient client = login()) {
            client.send(ping("one"));

            assertThat(client.awaitClosed()).hasMessageContaining("1011");
        }
    }

    @Test
    void givenStreamError_whenItMatches_thenItEndsTheStream() throws Exception {
        server.faults().add(PINGS, new FaultAction.StreamError(503));
        try (RawClient client = login()) {
            client.send(ping("one"));

            assertThat(client.next("stream:error").attr("code")).isEqualTo("503");
            client.awaitClosed();
        }
    }

    @Test
    void givenRefusal_whenItMatches_thenTheIqGetsThatError() throws Exception {
        server.faults().add(PINGS, new FaultAction.Refuse(429, "rate-overlimit"));
        try (RawClient client = login()) {
            Node error = client.ask(RawClient.iq("get", "w:p")).requireChild("error");

            assertThat(error.attr("code")).isEqualTo("429");
            assertThat(error.attr("text")).isEqualTo("rate-overlimit");
        }
    }

    @Test
    void givenCorruptFrame_whenItArrives_thenTheClientCannotOpenIt() throws Exception {
        server.faults().add(StanzaMatch.out("iq"), new FaultAction.Corrupt());
        try (RawClient client = login()) {
            client.send(ping("one"));

            assertThat(client.awaitBroken()).isInstanceOf(ProtocolViolationException.class);
        }
    }

    @Test
    void givenSilence_whenAskedAgain_thenNothingComesAndTheSocketStays() throws Exception {
        try (RawClient client = login();
                RawClient other = RawClient.register(server, RawCredentials.fresh("Bob"))) {
            server.connections().goSilent(device);
            client.send(ping("one"));
            // Another client's round trip shows that the server had the time.
            other.next("iq");
            other.ask(RawClient.iq("get", "w:p"));

            assertThat(client.isOpen()).isTrue();
            assertThat(client.received()).isEmpty();
            assertThat(server.journal()
                            .entries(entry -> "one".equals(entry.stanza().attr("id"))))
                    .isEmpty();
        }
    }

    @Test
    void givenRuleForAnotherClient_whenThisOneAsks_thenItIsAnswered() throws Exception {
        server.faults().add(PINGS.client(server.phone("Bob").jid()), new FaultAction.Drop());
        FaultRule own =
                server.faults().add(PINGS.client(server.phone("Alice").lid()).nth(2), new FaultAction.Drop());
        try (RawClient client = login()) {
            client.ask(RawClient.iq("get", "w:p"));
            client.send(ping("lost"));
            server.journal().await(entry -> entry.note().equals("lost")).get(10, TimeUnit.SECONDS);
            own.remove();
            client.ask(RawClient.iq("get", "w:p"));

            assertThat(own.fired()).isEqualTo(1);
        }
    }

    @Test
    void givenProbability_whenManyAreSent_thenSomeAreSpoiledAndTheSeedDecidesWhich() throws Exception {
        FaultRule rule = server.faults().add(PINGS.withProbability(0.5), new FaultAction.Refuse(500, "chance"));
        try (RawClient client = login()) {
            for (int i = 0; i < 40; i++) {
                client.ask(RawClient.iq("get", "w:p"));
            }
            assertThat(rule.fired()).isBetween(5, 35);
        }
    }

    @Test
    void givenFrameThatIsNoNode_whenSent_thenTheClientsDecoderRefusesIt() throws Exception {
        try (RawClient client = login()) {
            // A node of one text whose 32-bit length says two gigabytes.
            server.connections()
                    .sendFrame(device, new byte[] {0, (byte) 0xf8, 2, (byte) 0xfe, 0x7f, (byte) 0xff, -1, -1});

            assertThat(client.awaitBroken()).isInstanceOf(ProtocolViolationException.class);
        }
    }

    @Test
    void givenConflict_whenOrdered_thenTheClientIsToldItsType() throws Exception {
        try (RawClient client = login()) {
            server.connections().conflict(device, OptionalInt.of(401), "device_removed");

            Node error = client.next("stream:error");
            assertThat(error.attr("code")).isEqualTo("401");
            assertThat(error.requireChild("conflict").attr("type")).isEqualTo("device_removed");
        }
    }

    @Test
    void givenSpoiledCertificates_whenHandshaking_thenTheServerIsNotTrusted() throws Exception {
        for (HandshakeFault fault : new HandshakeFault[] {
            HandshakeFault.FOREIGN_ROOT, HandshakeFault.EXPIRED_CERTIFICATE, HandshakeFault.FOREIGN_KEY
        }) {
            server.faults().nextHandshake(fault);
            try (RawClient client = RawClient.open(server, credentials, credentials.login(device))) {
                assertThat(client.handshakeFailure())
                        .as(fault.toString())
                        .isInstanceOf(ServerNotTrustedException.class);
            }
        }
    }

    @Test
    void givenTruncatedHello_whenHandshaking_thenTheConnectionIsLost() throws Exception {
        server.faults().nextHandshake(HandshakeFault.TRUNCATED);
        try (RawClient client = RawClient.open(server, credentials, credentials.login(device))) {
            assertThat(client.handshakeFailure()).isInstanceOf(ConnectionLostException.class);
        }
    }

    @Test
    void givenFaultsCleared_whenAsked_thenAllIsWellAgain() throws Exception {
        server.faults().add(PINGS, new FaultAction.Drop());
        server.faults().nextHandshake(HandshakeFault.FOREIGN_ROOT);
        server.faults().clear();
        try (RawClient client = login()) {
            assertThat(client.ask(RawClient.iq("get", "w:p")).attr("type")).isEqualTo("result");
        }
    }

    @Test
    void givenStanzaInTheJournal_whenAwaited_thenPastAndFutureOnesAreFound() throws Exception {
        var future = server.journal()
                .await(entry -> entry.is(Direction.IN, "iq")
                        && "later".equals(entry.stanza().attr("id")));
        try (RawClient client = login()) {
            client.send(ping("later"));
            assertThat(future.get(10, TimeUnit.SECONDS).device()).contains(device);

            var past = server.journal().await(entry -> entry.is(Direction.OUT, "success"));
            assertThat(past.get(10, TimeUnit.SECONDS).number())
                    .isLessThan(future.join().number());
        }
    }

    private static Node ping(String id) {
        return RawClient.iq("get", "w:p").attr("id", id).build();
    }
}
