package dev.waxwing.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.security.KeyStore;
import java.util.Base64;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The HTTP endpoint, over TLS with the server's own authority. */
final class AdminEndpointTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    private LoopbackServer server;
    private HttpClient http;

    @BeforeEach
    void start() throws Exception {
        server = LoopbackServer.start();
        KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
        trusted.load(null, null);
        trusted.setCertificateEntry("loopback", server.caCertificate());
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(trusted);
        SSLContext tls = SSLContext.getInstance("TLS");
        tls.init(null, factory.getTrustManagers(), null);
        http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .sslContext(tls)
                .build();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void givenRoot_whenAsked_thenTheServerIsAlive() throws Exception {
        assertThat(get("/").statusCode()).isEqualTo(200);
        assertThat(get("/nothing/here").statusCode()).isEqualTo(404);
    }

    @Test
    void givenCleartextPort_whenAsked_thenItAnswersAsWell() throws Exception {
        URI uri = URI.create("http://127.0.0.1:" + server.cleartextUri().getPort() + "/admin/ca.pem");
        HttpResponse<String> answer =
                http.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString(StandardCharsets.UTF_8));

        assertThat(answer.body()).isEqualTo(server.caPem()).contains("BEGIN CERTIFICATE");
    }

    @Test
    void givenNoiseRoot_whenAsked_thenItIsTheServers() throws Exception {
        assertThat(Base64.getDecoder().decode(get("/admin/noise-root").body())).isEqualTo(server.noiseRootPublicKey());
    }

    @Test
    void givenQrText_whenPostedInChunks_thenPairSuccessWasSentWhenItAnswers() throws Exception {
        RawCredentials credentials = RawCredentials.fresh("Alice");
        try (RawClient client = RawClient.register(server, credentials)) {
            byte[] qr = credentials.qr(RawPairing.awaitRef(client)).getBytes(StandardCharsets.UTF_8);
            HttpResponse<String> answer = send(request("/admin/mock-phone/scan-qr")
                    .POST(BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(qr))));

            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(server.journal().entries(entry -> entry.stanza().child("pair-success") != null))
                    .hasSize(1);
            assertThat(RawPairing.finish(client, credentials)).hasToString(companionOf("Alice"));
        }
    }

    @Test
    void givenWrongQrText_whenPosted_thenTheStatusTellsWhy() throws Exception {
        assertThat(post("/admin/mock-phone/scan-qr", "hello").statusCode()).isEqualTo(400);
        assertThat(post("/admin/mock-phone/scan-qr", RawCredentials.fresh("").qr("nobodys"))
                        .statusCode())
                .isEqualTo(404);
    }

    @Test
    void givenAccountPosted_whenListed_thenItHasItsPhone() throws Exception {
        post("/admin/accounts", "{\"name\":\"Alice\"}");
        JsonNode accounts = JSON.readTree(get("/admin/accounts").body());

        assertThat(accounts).hasSize(1);
        assertThat(accounts.get(0).path("jid").asText())
                .isEqualTo(server.phone("Alice").jid().toString());
        assertThat(accounts.get(0).path("devices")).hasSize(1);
    }

    @Test
    void givenStanzas_whenTheJournalIsAsked_thenItFiltersAndClears() throws Exception {
        RawPairing.link(server, RawCredentials.fresh("Alice"));

        JsonNode errors = JSON.readTree(
                get("/admin/journal?direction=out&tag=stream:error").body());
        assertThat(errors).hasSize(1);
        assertThat(errors.get(0).at("/stanza/attrs/code").asText()).isEqualTo("515");
        assertThat(JSON.readTree(get("/admin/journal?direction=in").body())).hasSize(2);

        send(request("/admin/journal").DELETE());
        assertThat(JSON.readTree(get("/admin/journal").body())).isEmpty();
        assertThat(JSON.readTree(get("/admin/unhandled").body())).isEmpty();
    }

    @Test
    void givenAwait_whenTheStanzaComesLater_thenTheAnswerIsThatEntry() throws Exception {
        CompletableFuture<HttpResponse<String>> answer = http.sendAsync(
                request("/admin/journal/await?direction=out&tag=iq&child=pair-device")
                        .build(),
                BodyHandlers.ofString(StandardCharsets.UTF_8));
        try (RawClient client = RawClient.register(server, RawCredentials.fresh("Alice"))) {
            client.next("iq");
            JsonNode entry = JSON.readTree(answer.get(20, TimeUnit.SECONDS).body());
            assertThat(entry.at("/stanza/children/0/children")).hasSize(6);
        }
    }

    @Test
    void givenAwait_whenNothingComes_thenItGivesUp() throws Exception {
        assertThat(get("/admin/journal/await?tag=nothing&timeout=1").statusCode())
                .isEqualTo(408);
        assertThat(get("/admin/journal/await?direction=sideways").statusCode()).isEqualTo(400);
        assertThat(get("/admin/journal/await?timeout=soon").statusCode()).isEqualTo(400);
    }

    @Test
    void givenFaultPosted_whenItApplies_thenItIsCounted() throws Exception {
        String rule =
                "{\"direction\":\"out\",\"tag\":\"iq\",\"child\":\"pair-device\",\"nth\":1,\"action\":\"close\",\"code\":1001}";
        assertThat(post("/admin/faults", rule).statusCode()).isEqualTo(201);
        try (RawClient client = RawClient.register(server, RawCredentials.fresh("Alice"))) {
            client.awaitClosed();
        }
        assertThat(JSON.readTree(get("/admin/faults").body())
                        .get(0)
                        .path("fired")
                        .asInt())
                .isEqualTo(1);
        send(request("/admin/faults").DELETE());
        assertThat(JSON.readTree(get("/admin/faults").body())).isEmpty();
    }

    @Test
    void givenPhones_whenOneIsToldToWrite_thenTheOtherHasTheMessage() throws Exception {
        String bob = server.phone("Bob B").jid().user();
        server.phone("Alice");
        HttpResponse<String> sent =
                post("/admin/accounts/Alice/phone/send", "{\"to\":\"" + bob + "@s.whatsapp.net\",\"text\":\"hello\"}");

        assertThat(sent.statusCode()).isEqualTo(200);
        JsonNode messages =
                JSON.readTree(get("/admin/accounts/Bob%20B/phone/messages").body());
        assertThat(messages).hasSize(1);
        assertThat(messages.get(0).path("id"))
                .isEqualTo(JSON.readTree(sent.body()).path("id"));
        assertThat(messages.get(0).path("text").asText()).isEqualTo("hello");
        post("/admin/accounts/" + bob + "/rotate-identity", "");
        assertThat(JSON.readTree(
                        get("/admin/accounts/" + bob + "/phone/messages").body()))
                .isEmpty();
        post("/admin/accounts/Alice/phone/online", "{\"online\":false}");
        assertThat(post("/admin/accounts/Alice/phone/send", "{\"to\":\"" + bob + "@s.whatsapp.net\"}")
                        .statusCode())
                .isEqualTo(409);
        assertThat(get("/admin/accounts/Nobody/phone/messages").statusCode()).isEqualTo(404);
        assertThat(post("/admin/accounts/Bob%20B/phone/send", "{\"to\":\"1@s.whatsapp.net\"}")
                        .statusCode())
                .isEqualTo(400);
    }

    @Test
    void givenCompanion_whenItsPreKeysAreDrained_thenTheAnswerTellsHowManyAreLeft() throws Exception {
        try (RawDevice bob = RawDevice.online(server, "Bob")) {
            bob.upload(3);
            HttpResponse<String> drained = post("/admin/prekeys/" + bob.jid(), "{\"left\":1,\"tell\":true}");

            assertThat(JSON.readTree(drained.body()).path("left").asInt()).isEqualTo(1);
            assertThat(bob.client().next("notification").requireChild("count").attr("value"))
                    .isEqualTo("1");
            assertThat(get("/admin/prekeys/" + bob.phone()).statusCode()).isEqualTo(404);
            assertThat(get("/admin/prekeys/nobody").statusCode()).isEqualTo(400);
        }
    }

    @Test
    void givenMalformedBodies_whenPosted_thenTheyAreRefused() throws Exception {
        assertThat(post("/admin/faults", "not json").statusCode()).isEqualTo(400);
        assertThat(post("/admin/faults", "{\"direction\":\"up\"}").statusCode()).isEqualTo(400);
        assertThat(post("/admin/faults", "{\"direction\":\"in\",\"action\":\"explode\"}")
                        .statusCode())
                .isEqualTo(400);
        assertThat(post("/admin/faults", "{\"direction\":\"in\",\"client\":\"nobody\",\"action\":\"drop\"}")
                        .statusCode())
                .isEqualTo(400);
        assertThat(post("/admin/mode", "{}").statusCode()).isEqualTo(400);
    }

    @Test
    void givenClockSet_whenAsked_thenItGoesOnFromThere() throws Exception {
        post("/admin/clock", "{\"set\":1900000000}");
        JsonNode now = JSON.readTree(post("/admin/clock", "{\"advance\":60}").body());

        assertThat(now.path("now").asLong()).isBetween(1_900_000_060L, 1_900_000_160L);
    }

    @Test
    void givenPhonesInAGroup_whenTheyActOverHttp_thenTheAnswersAreTheGroupAsItIs() throws Exception {
        String bob = server.phone("Bob").jid().toString();
        String groups = "/admin/accounts/Alice/phone/groups";
        server.phone("Alice");
        JsonNode created = JSON.readTree(post(groups, "{\"subject\":\"Berries\",\"members\":[\"" + bob + "\"]}")
                .body());
        String group = created.path("jid").asText();
        assertThat(created.path("subject").asText()).isEqualTo("Berries");
        assertThat(created.path("members")).hasSize(2);

        JsonNode promoted = JSON.readTree(post(groups + "/" + group + "/promote", "{\"members\":[\"" + bob + "\"]}")
                .body());
        assertThat(promoted.path("members").get(1).path("role").asText()).isEqualTo("admin");
        post(groups + "/" + group + "/subject", "{\"text\":\"Rowan\"}");
        assertThat(JSON.readTree(get(groups + "/" + group).body())
                        .path("subject")
                        .asText())
                .isEqualTo("Rowan");
        post("/admin/accounts/Bob/phone/send", "{\"to\":\"" + group + "\",\"text\":\"hello\"}");
        assertThat(JSON.readTree(get("/admin/accounts/Alice/phone/messages").body()))
                .extracting(message -> message.path("chat").asText())
                .containsExactly(group);
        assertThat(post(groups + "/" + group + "/leave", "{}").statusCode()).isEqualTo(200);
        assertThat(post(groups + "/" + group + "/add", "{\"members\":[\"" + bob + "\"]}")
                        .statusCode())
                .isEqualTo(409);
        assertThat(get(groups).body()).isEqualTo("[]");
        assertThat(post(groups + "/" + group + "/dance", "{}").statusCode()).isEqualTo(404);
    }

    private String companionOf(String name) {
        return server.phone(name).jid().withDevice(1).toString();
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + server.port() + path));
    }

    private HttpResponse<String> get(String path) throws Exception {
        return send(request(path));
    }

    private HttpResponse<String> post(String path, String body) throws Exception {
        return send(request(path).POST(BodyPublishers.ofString(body)));
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return http.send(request.build(), BodyHandlers.ofString(StandardCharsets.UTF_8));
    }
}
