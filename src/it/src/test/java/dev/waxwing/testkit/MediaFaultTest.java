package dev.waxwing.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.waxwing.internal.binary.Node;
import dev.waxwing.internal.crypto.Digests;
import dev.waxwing.testkit.area.media.MediaFault;
import dev.waxwing.testkit.area.media.MediaMatch;
import dev.waxwing.testkit.area.media.MediaObject;
import dev.waxwing.testkit.area.media.MediaRequest;
import dev.waxwing.testkit.area.media.MediaRule;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the media host does wrong on purpose, and what it tells of the requests. */
final class MediaFaultTest {

    private static final int LENGTH = 300_000;
    private static final byte[] BODY = body(LENGTH, 7);

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
    void givenUploadCutInTheMiddle_whenResumed_thenOnlyTheRestIsSent() throws Exception {
        MediaRule cut = server.media().fault(MediaMatch.uploads().times(1), new MediaFault.CutAfter(100_000));

        assertThatThrownBy(() -> upload("video", "", BODY)).isInstanceOf(IOException.class);
        cut.happened().get(20, TimeUnit.SECONDS);
        JsonNode asked = json(upload("video", "?resume=1", new byte[0]));
        byte[] rest = Arrays.copyOfRange(BODY, 100_000, LENGTH);
        JsonNode whole = json(upload("video", "?file_offset=100000", rest));

        assertThat(asked.path("resume").asText()).isEqualTo("100000");
        assertThat(get(whole.path("direct_path").asText()).body()).isEqualTo(BODY);
        assertThat(server.media().requests())
                .extracting(MediaRequest::kind, MediaRequest::offset, MediaRequest::bodyBytes, MediaRequest::status)
                .containsExactly(
                        tuple(MediaMatch.Kind.UPLOAD, 0L, 100_000L, 0),
                        tuple(MediaMatch.Kind.RESUME, 0L, 0L, 200),
                        tuple(MediaMatch.Kind.UPLOAD, 100_000L, 200_000L, 200),
                        tuple(MediaMatch.Kind.DOWNLOAD, 0L, 0L, 200));
    }

    @Test
    void givenUploadCutInTheMiddle_whenResumedFromEarlier_thenTheFileIsWhole() throws Exception {
        server.media().fault(MediaMatch.uploads().times(1), new MediaFault.CutAfter(100_000));
        assertThatThrownBy(() -> upload("video", "", BODY)).isInstanceOf(IOException.class);

        JsonNode whole = json(upload("video", "?file_offset=65536", Arrays.copyOfRange(BODY, 65_536, LENGTH)));

        assertThat(get(whole.path("direct_path").asText()).body()).isEqualTo(BODY);
    }

    @Test
    void givenOffsetBeyondWhatCame_whenUploaded_thenItIsRefused() throws Exception {
        assertThat(upload("video", "?file_offset=5", BODY).statusCode()).isEqualTo(400);
        assertThat(upload("video", "?file_offset=x", BODY).statusCode()).isEqualTo(400);
    }

    @Test
    void givenStalledUpload_whenAskedHowMuchCame_thenTheServerKnows() throws Exception {
        MediaRule stall = server.media().fault(MediaMatch.uploads().times(1), new MediaFault.StallAfter(70_000));

        CompletableFuture<HttpResponse<byte[]>> silent =
                http.sendAsync(request("video", "", BODY), BodyHandlers.ofByteArray());
        stall.happened().get(20, TimeUnit.SECONDS);

        assertThat(json(upload("video", "?resume=1", new byte[0]))
                        .path("resume")
                        .asText())
                .isEqualTo("70000");
        assertThat(silent).isNotDone();
    }

    @Test
    void givenSlowUpload_whenUploaded_thenItIsWhole() throws Exception {
        MediaRule slow = server.media().fault(MediaMatch.uploads(), new MediaFault.Slow(Duration.ofMillis(1)));

        JsonNode whole = json(upload("image", "", BODY));

        assertThat(slow.fired()).isEqualTo(1);
        assertThat(get(whole.path("direct_path").asText()).body()).isEqualTo(BODY);
    }

    @ParameterizedTest
    @ValueSource(ints = {401, 403, 500, 503, 507})
    void givenStatus_whenUploaded_thenItIsAnsweredAndNothingIsKept(int status) throws Exception {
        server.media().fault(MediaMatch.uploads().times(1), new MediaFault.Status(status, 3));

        HttpResponse<byte[]> refused = upload("image", "", BODY);

        assertThat(refused.statusCode()).isEqualTo(status);
        assertThat(refused.headers().firstValue("retry-after")).contains("3");
        assertThat(server.media().objects()).isEmpty();
        assertThat(upload("image", "", BODY).statusCode()).isEqualTo(200);
    }

    @Test
    void givenOddAnswer_whenUploaded_thenThatIsAllThatComes() throws Exception {
        server.media().fault(MediaMatch.uploads(), new MediaFault.Answer("{\"url\":3}"));

        assertThat(json(upload("image", "", BODY)).path("url").asInt()).isEqualTo(3);
    }

    @Test
    void givenRedirect_whenDownloaded_thenTheOtherHostIsNamed() throws Exception {
        String path = uploaded();
        server.media().fault(MediaMatch.downloads(), new MediaFault.Redirect("https://example.org/x"));

        HttpResponse<byte[]> answer = get(path);

        assertThat(answer.statusCode()).isEqualTo(302);
        assertThat(answer.headers().firstValue("location")).contains("https://example.org/x");
    }

    @Test
    void givenCorruptByte_whenDownloaded_thenOnlyThatByteDiffers() throws Exception {
        String path = uploaded();
        server.media().fault(MediaMatch.downloads(), new MediaFault.CorruptByte(200_000));

        byte[] got = get(path).body();

        assertThat(Arrays.mismatch(got, BODY)).isEqualTo(200_000);
        got[200_000] = BODY[200_000];
        assertThat(got).isEqualTo(BODY);
    }

    @Test
    void givenTruncatedFile_whenDownloaded_thenTheAnnouncedLengthFits() throws Exception {
        String path = uploaded();
        server.media().fault(MediaMatch.downloads(), new MediaFault.Truncate(1_000));

        assertThat(get(path).body()).isEqualTo(Arrays.copyOf(BODY, 1_000));
    }

    @Test
    void givenOversizeFile_whenDownloaded_thenZerosFollow() throws Exception {
        String path = uploaded();
        server.media().fault(MediaMatch.downloads(), new MediaFault.Oversize(10));

        assertThat(get(path).body()).isEqualTo(Arrays.copyOf(BODY, LENGTH + 10));
    }

    @Test
    void givenCut_whenDownloaded_thenTheConnectionEndsEarlyAndARangeBringsTheRest() throws Exception {
        String path = uploaded();
        MediaRule cut = server.media().fault(MediaMatch.downloads().times(1), new MediaFault.CutAfter(123_456));

        assertThatThrownBy(() -> get(path)).isInstanceOf(IOException.class);
        assertThat(cut.happened()).isCompleted();
        HttpResponse<byte[]> rest = http.send(
                HttpRequest.newBuilder(uri(path))
                        .header("Range", "bytes=123456-")
                        .build(),
                BodyHandlers.ofByteArray());

        assertThat(rest.body()).isEqualTo(Arrays.copyOfRange(BODY, 123_456, LENGTH));
    }

    @Test
    void givenWrongLength_whenDownloaded_thenTheClientMissesTheRest() throws Exception {
        String path = uploaded();
        server.media().fault(MediaMatch.downloads(), new MediaFault.WrongLength(LENGTH + 5));

        assertThatThrownBy(() -> get(path)).isInstanceOf(IOException.class);
    }

    @Test
    void givenStall_whenDownloaded_thenNothingMoreComes() throws Exception {
        String path = uploaded();
        MediaRule stall = server.media().fault(MediaMatch.downloads(), new MediaFault.StallAfter(10));

        CompletableFuture<HttpResponse<byte[]>> silent =
                http.sendAsync(HttpRequest.newBuilder(uri(path)).build(), BodyHandlers.ofByteArray());
        stall.happened().get(20, TimeUnit.SECONDS);

        assertThat(silent).isNotDone();
    }

    @Test
    void givenSwappedFiles_whenDownloaded_thenEachIsTheOther() throws Exception {
        byte[] other = body(10, 3);
        String path = uploaded();
        String otherPath = json(upload("image", "", other)).path("direct_path").asText();

        server.media().swap(path, otherPath);

        assertThat(get(path).body()).isEqualTo(other);
        assertThat(get(otherPath).body()).isEqualTo(BODY);
    }

    @ParameterizedTest
    @ValueSource(ints = {403, 404, 410})
    void givenExpiredFile_whenDownloaded_thenTheStatusSaysSoAndAnUploadBringsItBack(int status) throws Exception {
        String path = uploaded();

        server.media().expire(path, status);

        assertThat(get(path).statusCode()).isEqualTo(status);
        assertThat(upload("image", "?resume=1", new byte[0]).statusCode()).isEqualTo(404);
        String again = uploaded();
        assertThat(again).isNotEqualTo(path);
        assertThat(get(again).body()).isEqualTo(BODY);
        assertThat(get(path).statusCode()).isEqualTo(status);
    }

    @Test
    void givenLifeOfADay_whenTheClockGoesOn_thenOlderFilesAreGone() throws Exception {
        server.media().expireAfter(Duration.ofDays(1));
        String old = uploaded();
        server.clock().advance(Duration.ofDays(1));
        assertThat(get(old).statusCode()).isEqualTo(200);

        server.clock().advance(Duration.ofSeconds(2));

        assertThat(get(old).statusCode()).isEqualTo(410);
        assertThat(server.media().objects()).isEmpty();
    }

    @Test
    void givenSeveralHosts_whenOneFails_thenTheOtherDoesNot() throws Exception {
        String bad = server.media().host();
        server.media().hosts(bad, server.media().otherHost(), server.media().deadHost());
        server.media().fault(MediaMatch.any().on("127.0.0.1:" + clear()), new MediaFault.Status(500, 0));

        Node connection;
        try (RawDevice alice = RawDevice.online(server, "Alice")) {
            connection = alice.client()
                    .ask(RawClient.iq("set", "w:m")
                            .child(Node.builder("media_conn").build()))
                    .requireChild("media_conn");
        }

        assertThat(connection.children("host"))
                .extracting(host -> host.attr("hostname"))
                .containsExactly(bad, "localhost:" + server.port(), "127.0.0.1:1");
        assertThat(connection.children("host"))
                .extracting(host -> host.attr("type"))
                .containsExactly("primary", "fallback", "fallback");
        assertThat(upload("image", "", BODY).statusCode()).isEqualTo(500);
        HttpRequest elsewhere = HttpRequest.newBuilder(
                        URI.create("http://localhost:" + clear() + "/mms/image/" + token(BODY)))
                .POST(BodyPublishers.ofByteArray(BODY))
                .build();
        assertThat(http.send(elsewhere, BodyHandlers.ofByteArray()).statusCode())
                .isEqualTo(200);
    }

    @Test
    void givenStrictServer_whenTheRightToUploadEnds_thenANewOneIsNeeded() throws Exception {
        server.strict(true);
        try (RawDevice alice = RawDevice.online(server, "Alice")) {
            String first = auth(alice);
            assertThat(upload("image", "?auth=" + first, BODY).statusCode()).isEqualTo(200);

            server.media().renewAuth();

            assertThat(upload("image", "?auth=" + first, BODY).statusCode()).isEqualTo(401);
            assertThat(upload("image", "?auth=" + auth(alice), BODY).statusCode())
                    .isEqualTo(200);
        }
    }

    @Test
    void givenNewsletterUpload_whenDone_thenItHasAHandleAndIsServedAsItIs() throws Exception {
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + clear() + "/newsletter/newsletter-image/" + token(BODY)))
                .POST(BodyPublishers.ofByteArray(BODY))
                .build();

        JsonNode plain = json(http.send(request, BodyHandlers.ofByteArray()));

        assertThat(plain.path("handle").asText()).isNotEmpty();
        assertThat(get(plain.path("direct_path").asText()).body()).isEqualTo(BODY);
        assertThat(server.media().objects()).extracting(MediaObject::kind).containsExactly("newsletter-image");
    }

    @Test
    void givenFilePutByTheTest_whenDownloaded_thenItIsThere() throws Exception {
        MediaObject put = server.media().put("image", HexFormat.of().formatHex(Digests.sha256(BODY)), BODY);

        assertThat(get(put.directPath()).body()).isEqualTo(BODY);
        assertThat(server.media().bytes(put.directPath())).isEqualTo(BODY);
        assertThatThrownBy(() -> server.media().put("image", "00".repeat(32), BODY))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void givenRuleWithCounts_whenRequestsCome_thenOnlyThoseAreSpoiled() throws Exception {
        String path = uploaded();
        MediaRule rule = server.media().fault(MediaMatch.downloads().after(1).times(1), new MediaFault.Status(500, 0));

        List<Integer> statuses = List.of(
                get(path).statusCode(), get(path).statusCode(), get(path).statusCode());

        assertThat(statuses).containsExactly(200, 500, 200);
        assertThat(rule.fired()).isEqualTo(1);
    }

    private String auth(RawDevice device) throws Exception {
        return device.client()
                .ask(RawClient.iq("set", "w:m").child(Node.builder("media_conn").build()))
                .requireChild("media_conn")
                .requireAttr("auth");
    }

    private String uploaded() throws Exception {
        return json(upload("image", "", BODY)).path("direct_path").asText();
    }

    private static byte[] body(int length, int seed) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) (i * seed + (i >> 8));
        }
        return bytes;
    }

    private static String token(byte[] body) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(Digests.sha256(body));
    }

    private HttpResponse<byte[]> upload(String type, String query, byte[] body) throws Exception {
        return http.send(request(type, query, body), BodyHandlers.ofByteArray());
    }

    /** The token is that of {@link #BODY} where the body is only a part of it. */
    private HttpRequest request(String type, String query, byte[] body) {
        String token = token(query.contains("resume") || query.contains("file_offset") ? BODY : body);
        return HttpRequest.newBuilder(uri("/mms/" + type + "/" + token + query))
                .POST(BodyPublishers.ofByteArray(body))
                .build();
    }

    private HttpResponse<byte[]> get(String path) throws Exception {
        return http.send(HttpRequest.newBuilder(uri(path)).build(), BodyHandlers.ofByteArray());
    }

    private int clear() {
        return server.cleartextUri().getPort();
    }

    private URI uri(String path) {
        return URI.create("http://127.0.0.1:" + clear() + path);
    }

    private static JsonNode json(HttpResponse<byte[]> answer) throws Exception {
        assertThat(answer.statusCode())
                .as(() -> new String(answer.body(), StandardCharsets.UTF_8))
                .isEqualTo(200);
        return new ObjectMapper().readTree(answer.body());
    }
}
