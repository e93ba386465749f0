package dev.waxwing.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.waxwing.internal.binary.Node;
import dev.waxwing.model.Jid;
import dev.waxwing.testkit.state.ServerSettings;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.KeyStore;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Each setting of the server does something; modes, groups, latency, chat states and the bootstrap have tests of
 * their own.
 */
final class SettingsTest {

    @Test
    void ports_whenGiven_thenTheServerListensThere() throws Exception {
        int tls = freePort();
        int cleartext = freePort();
        try (LoopbackServer server =
                LoopbackServer.builder().port(tls).cleartextPort(cleartext).start()) {
            assertThat(server.port()).isEqualTo(tls);
            assertThat(server.cleartextUri().getPort()).isEqualTo(cleartext);
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    @Test
    void seed_whenTheSame_thenTwoServersDrawTheSame() {
        try (LoopbackServer one = LoopbackServer.builder().seed(7).start();
                LoopbackServer same = LoopbackServer.builder().seed(7).start();
                LoopbackServer other = LoopbackServer.builder().seed(8).start()) {
            assertThat(one.noiseRootPublicKey()).isEqualTo(same.noiseRootPublicKey());
            assertThat(one.noiseRootPublicKey()).isNotEqualTo(other.noiseRootPublicKey());
        }
    }

    @Test
    void clock_whenGiven_thenTheServerTellsItsTime() {
        Instant then = Instant.ofEpochSecond(1_700_000_000);
        try (LoopbackServer server = LoopbackServer.builder()
                .clock(Clock.fixed(then, ZoneOffset.UTC))
                .start()) {
            assertThat(server.clock().instant()).isEqualTo(then);
        }
    }

    @Test
    void journalLimit_whenMoreStanzasCome_thenTheNewestAreKept() throws Exception {
        try (LoopbackServer server = LoopbackServer.builder().journalLimit(3).start();
                RawDevice alice = RawDevice.online(server, "Alice")) {
            for (int i = 0; i < 5; i++) {
                alice.client().ask(RawClient.iq("get", "w:p"));
            }

            assertThat(server.journal().entries(entry -> true)).hasSize(3);
        }
    }

    @Test
    void maxBodyBytes_whenABodyIsLonger_thenItIsRefused() throws Exception {
        try (LoopbackServer server = LoopbackServer.builder().maxBodyBytes(10).start()) {
            URI uri = server.cleartextUri();
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), uri.getPort())) {
                socket.getOutputStream()
                        .write("POST /other HTTP/1.1\r\nHost: h\r\nContent-Length: 11\r\n\r\n12345678901"
                                .getBytes(StandardCharsets.US_ASCII));
                String answer = new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII);

                assertThat(answer).isEqualTo("HTTP/1.1 413");
            }
        }
    }

    @Test
    void maxAccounts_whenThereWouldBeMore_thenRefused() {
        try (LoopbackServer server = LoopbackServer.builder().maxAccounts(1).start()) {
            server.phone("Alice");

            assertThatThrownBy(() -> server.phone("Bob")).hasMessageContaining("1");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"web.whatsapp.com", "mmg.whatsapp.net", "redirected.example"})
    void certificateNames_whenAskedFor_thenAClientWhoseAddressIsFixedIsServed(String name) throws Exception {
        try (LoopbackServer server = LoopbackServer.builder()
                .serviceNames()
                .extraName("redirected.example")
                .start()) {
            handshake(server, name);
        }
        try (LoopbackServer plain = LoopbackServer.start()) {
            assertThatThrownBy(() -> handshake(plain, name)).isInstanceOf(IOException.class);
        }
    }

    /** TLS with the host name checked, on a socket that was redirected. */
    private static void handshake(LoopbackServer server, String name) throws Exception {
        KeyStore roots = KeyStore.getInstance(KeyStore.getDefaultType());
        roots.load(null);
        roots.setCertificateEntry("authority", server.caCertificate());
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(roots);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        Socket redirected = new Socket(InetAddress.getLoopbackAddress(), server.port());
        try (SSLSocket tls = (SSLSocket) context.getSocketFactory().createSocket(redirected, name, 443, true)) {
            SSLParameters checked = tls.getSSLParameters();
            checked.setEndpointIdentificationAlgorithm("HTTPS");
            tls.setSSLParameters(checked);
            tls.startHandshake();
        }
    }

    @Test
    void chatStateTtl_whenSomebodyComesBackLater_thenTypingIsForgotten() throws Exception {
        try (LoopbackServer server = LoopbackServer.builder()
                        .chatStateTtl(Duration.ofMinutes(1))
                        .start();
                RawDevice alice = RawDevice.online(server, "Alice");
                RawDevice inTime = RawDevice.link(server, "Bob");
                RawDevice late = RawDevice.link(server, "Charlie")) {
            for (RawDevice away : new RawDevice[] {inTime, late}) {
                alice.client()
                        .send(Node.builder("chatstate")
                                .attr("to", away.phone())
                                .child(Node.builder("composing").build())
                                .build());
            }
            alice.client().ask(RawClient.iq("get", "w:p"));

            server.clock().advance(Duration.ofSeconds(50));
            inTime.goActive();
            assertThat(inTime.client().next("chatstate").jid("from")).isEqualTo(alice.phone());
            server.clock().advance(Duration.ofSeconds(11));
            late.goActive();
            late.client().ask(RawClient.iq("get", "w:p"));
            assertThat(late.client().received()).noneMatch(node -> node.tag().equals("chatstate"));
        }
    }

    @Test
    void statusStanzas_whenOn_thenAPostComesUnderItsOwnTag() throws Exception {
        for (boolean on : new boolean[] {true, false}) {
            try (LoopbackServer server =
                            LoopbackServer.builder().statusStanzas(on).start();
                    RawDevice alice = RawDevice.link(server, "Alice");
                    RawDevice bob = RawDevice.link(server, "Bob")) {
                alice.goActive();
                bob.send(RawDevice.message("S1", Jid.STATUS_BROADCAST, alice.jid()));

                assertThat(alice.client().next(on ? "status" : "message").jid("from"))
                        .isEqualTo(Jid.STATUS_BROADCAST);
            }
        }
    }

    /** Where a setting that changes more than one answer is tested. */
    private static final Map<String, Class<?>> TESTED_ELSEWHERE = Map.of(
            "strict", LoginTest.class,
            "seedGroup", GroupTest.class,
            "gatherReceipts", GroupRulesTest.class,
            "latency", MessageRoutingTest.class);

    /** Here, or where LinkedDataLoopbackTest asks for the phone's bootstrap. */
    private static final Map<String, String> TESTED_AS = Map.of(
            "port", "ports",
            "cleartextPort", "ports",
            "extraNames", "certificateNames",
            "phoneBootstrap", "program");

    @Test
    void settings_whenOneIsAdded_thenItHasATest() {
        Set<String> subjects = Arrays.stream(SettingsTest.class.getDeclaredMethods())
                .map(method -> method.getName().split("_", 2)[0])
                .collect(Collectors.toSet());
        for (RecordComponent setting : ServerSettings.class.getRecordComponents()) {
            String name = setting.getName();
            if (!TESTED_ELSEWHERE.containsKey(name)) {
                assertThat(subjects).contains(TESTED_AS.getOrDefault(name, name));
            }
        }
    }

    @Test
    void program_whenGivenItsOptions_thenEachIsTaken() {
        LoopbackServerBuilder builder = LoopbackServerMain.configured(
                new String[] {"--strict", "--service-names", "--seed", "7"}, Map.of("TESTKIT_PHONE_BOOTSTRAP", "on"));
        assertThat(builder.settings().strict()).isTrue();
        assertThat(builder.settings().phoneBootstrap()).isTrue();
        assertThat(builder.settings().seed()).isEqualTo(7);
        assertThat(builder.settings().extraNames()).contains("web.whatsapp.com");
    }
}
