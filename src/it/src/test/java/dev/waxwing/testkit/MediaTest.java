package dev.waxwing.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.waxwing.internal.binary.Node;
import dev.waxwing.internal.crypto.Digests;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The media host, over the port without TLS. */
final class MediaTest {

    private static final byte[] BODY = "0123456789".getBytes(StandardCharsets.UTF_8);

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
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
    void givenMediaConnection_whenAsked_thenItNamesThisServer() throws Exception {
        try (RawDevice alice = RawDevice.online(server, "Alice")) {
            Node connection = alice.client()
                    .ask(RawClient.iq("set", "w:m")
                            .child(Node.builder("media_conn").build()))
                    .requireChild("media_conn");

            assertThat(connection.attr("auth")).isNotEmpty();
            assertThat(connection.intAttr("ttl", 0)).isPositive();
            assertThat(connection.requireChild("host").attr("hostname")).isEqualTo("127.0.0.1:" + server.port());
        }
    }

    @Test
    void givenUpload_whenDownloadedTwice_thenTheBytesComeBack() throws Exception {
        JsonNode uploaded = json(upload("image", token(BODY), BODY));

        String directPath = uploaded.path("direct_path").asText();
        assertThat(directPath).startsWith("/v/").contains("?");
        assertThat(uploaded.path("url").asText()).startsWith("https://127.0.0.1:" + server.port() + directPath);
        assertThat(get(directPath, "").body()).isEqualTo(BODY);
        assertThat(get(directPath + "&hash=x&mms-type=image&__wa-mms=", "").body())
                .isEqualTo(BODY);
    }

    @Test
    void givenTokenOfOtherBytes_whenUploaded_thenItIsRefused() throws Exception {
        assertThat(upload("image", token(new byte[] {1}), BODY).statusCode()).isEqualTo(400);
        assertThat(upload("image", "short", BODY).statusCode()).isEqualTo(400);
    }

    @ParameterizedTest
    @CsvSource({"bytes=3-,3456789,3-9", "bytes=2-4,234,2-4", "bytes=8-99,89,8-9", "bytes=-2,89,8-9"})
    void givenRange_whenDownloaded_thenThatPartComes(String range, String part, String span) throws Exception {
        String directPath =
                json(upload("video", token(BODY), BODY)).path("direct_path").asText();

        HttpResponse<byte[]> answer = get(directPath, range);

        assertThat(answer.statusCode()).isEqualTo(206);
        assertThat(new String(answer.body(), StandardCharsets.UTF_8)).isEqualTo(part);
        assertThat(answer.headers().firstValue("content-range")).contains("bytes " + span + "/10");
    }

    @Test
    void givenRangeBeyondTheEnd_whenDownloaded_thenItIsRefusedWithTheLength() throws Exception {
        String directPath =
                json(upload("video", token(BODY), BODY)).path("direct_path").asText();

        HttpResponse<byte[]> answer = get(directPath, "bytes=10-");

        assertThat(answer.statusCode()).isEqualTo(416);
        assertThat(answer.headers().firstValue("content-range")).contains("bytes */10");
    }

    @Test
    void givenHead_whenAsked_thenTheLengthComesWithoutTheBody() throws Exception {
        String directPath =
                json(upload("audio", token(BODY), BODY)).path("direct_path").asText();

        HttpResponse<byte[]> answer = http.send(
                HttpRequest.newBuilder(uri(directPath))
                        .method("HEAD", BodyPublishers.noBody())
                        .build(),
                BodyHandlers.ofByteArray());

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEmpty();
        assertThat(answer.headers().firstValueAsLong("content-length")).hasValue(BODY.length);
    }

    @Test
    void givenUpload_whenItsResumptionIsAsked_thenItIsComplete() throws Exception {
        String unknown = token(new byte[] {1});
        upload("document", token(BODY), BODY);

        assertThat(json(upload("document", token(BODY) + "?resume=1", new byte[0]))
                        .path("resume")
                        .asText())
                .isEqualTo("complete");
        assertThat(upload("document", unknown + "?resume=1", new byte[0]).statusCode())
                .isEqualTo(404);
    }

    @Test
    void givenStrictServer_whenAuthIsForeign_thenTheUploadIsRefused() throws Exception {
        server.strict(true);

        assertThat(upload("image", token(BODY) + "?auth=wrong", BODY).statusCode())
                .isEqualTo(401);
    }

    @Test
    void givenUnknownPath_whenDownloaded_thenThereIsNothing() throws Exception {
        assertThat(get("/v/t62.7118-24/none?oe=1", "").statusCode()).isEqualTo(404);
    }

    private static String token(byte[] body) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(Digests.sha256(body));
    }

    private HttpResponse<byte[]> upload(String type, String tokenAndQuery, byte[] body) throws Exception {
        return http.send(
                HttpRequest.newBuilder(uri("/mms/" + type + "/" + tokenAndQuery))
                        .POST(BodyPublishers.ofByteArray(body))
                        .build(),
                BodyHandlers.ofByteArray());
    }

    private HttpResponse<byte[]> get(String path, String range) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri(path));
        if (!range.isEmpty()) {
            request.header("Range", range);
        }
        return http.send(request.build(), BodyHandlers.ofByteArray());
    }

    private URI uri(String path) {
        return URI.create("http://127.0.0.1:" + server.cleartextUri().getPort() + path);
    }

    private static JsonNode json(HttpResponse<byte[]> answer) throws Exception {
        assertThat(answer.statusCode()).isEqualTo(200);
        return new ObjectMapper().readTree(answer.body());
    }
}
