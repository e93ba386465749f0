package dev.waxwing.interop;

import static dev.waxwing.interop.BaileysProcess.fields;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.waxwing.model.Jid;
import dev.waxwing.model.MediaKind;
import dev.waxwing.model.content.Content;
import dev.waxwing.model.content.DocumentContent;
import dev.waxwing.model.content.ImageContent;
import dev.waxwing.model.content.MediaContent;
import dev.waxwing.model.content.MediaSource;
import dev.waxwing.model.content.WebMessage;
import dev.waxwing.testkit.LoopbackServer;
import java.io.IOException;
import java.util.Base64;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Files of each kind between Waxwing and stock Baileys, both ways. */
class MediaWithBaileysIT {

    private static final ObjectMapper JSON = new ObjectMapper();

    private static LoopbackServer server;
    private static WaxwingClient alice;
    private static BaileysClient bob;

    @BeforeAll
    static void link() throws Exception {
        server = LoopbackServer.start();
        alice = WaxwingClient.link(server, "alice", "Alice");
        bob = BaileysClient.link(server, "bob", "Bob");
        // Baileys asks which media host there is only before it uploads, and takes the service's until then.
        bob.call("refreshMediaConn", true);
    }

    @AfterAll
    @SuppressWarnings("try") // opened only to be closed
    static void close() throws IOException {
        try (LoopbackServer s = server;
                WaxwingClient a = alice;
                BaileysClient b = bob) {
            // Each is closed, the server last, even if one of them fails; null ones are passed over.
        }
    }

    @AfterEach
    void nothingWasLeftUnansweredOrUndecrypted() {
        ServerTraffic.assertSound(server);
        assertThat(alice.undecryptable()).isEmpty();
        assertThat(bob.undecryptable()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(MediaKind.class)
    void givenAFileOfAKind_whenWaxwingSendsIt_thenBaileysReadsItsKindAndDownloadsIt(MediaKind kind) throws Exception {
        byte[] file = file(kind);

        String id = send(content(kind, MediaSource.bytes(file)));

        bob.awaitMessage(id);
        JsonNode read = read(id).path(fieldOf(kind));
        assertThat(read.isMissingNode()).as(kind + " at Baileys").isFalse();
        assertThat(read.path("fileLength").asLong()).isEqualTo(file.length);
        assertThat(read.path("gifPlayback").asBoolean()).isEqualTo(kind == MediaKind.GIF);
        assertThat(read.path("ptt").asBoolean()).isEqualTo(kind == MediaKind.VOICE_NOTE);
        assertThat(download(id)).isEqualTo(file);
    }

    @Test
    void givenAPicture_whenWaxwingSendsIt_thenBaileysSeesItsSizeThumbnailTypeAndCaption() throws Exception {
        byte[] thumbnail = {(byte) 0xff, (byte) 0xd8, (byte) 0xff, 1, 2, 3};

        String id = send(Content.image(MediaSource.bytes(file(MediaKind.IMAGE)))
                .withCaption("a picture")
                .withMimetype("image/png")
                .withSize(640, 480)
                .withJpegThumbnail(thumbnail));

        bob.awaitMessage(id);
        JsonNode image = read(id).path("imageMessage");
        assertThat(image.path("width").asInt()).isEqualTo(640);
        assertThat(image.path("height").asInt()).isEqualTo(480);
        assertThat(image.path("mimetype").asText()).isEqualTo("image/png");
        assertThat(image.path("caption").asText()).isEqualTo("a picture");
        assertThat(Base64.getDecoder().decode(image.path("jpegThumbnail").asText()))
                .isEqualTo(thumbnail);
    }

    @ParameterizedTest
    @EnumSource(MediaKind.class)
    void givenAFileOfAKind_whenBaileysSendsIt_thenWaxwingReadsItsKindAndDownloadsIt(MediaKind kind) throws Exception {
        byte[] file = file(kind);
        ObjectNode content = JSON.createObjectNode();
        ObjectNode buffer = content.putObject(
                switch (kind) {
                    case IMAGE -> "image";
                    case VIDEO, GIF, VIDEO_NOTE -> "video";
                    case AUDIO, VOICE_NOTE -> "audio";
                    case DOCUMENT -> "document";
                    case STICKER -> "sticker";
                });
        buffer.put("type", "Buffer").put("data", Base64.getEncoder().encodeToString(file));
        switch (kind) {
            case IMAGE ->
                content.put("caption", "from Baileys").put("width", 64).put("height", 48);
            case GIF -> content.put("gifPlayback", true);
            case VIDEO_NOTE -> content.put("ptv", true);
            case AUDIO -> content.put("mimetype", "audio/mp4").put("seconds", 3);
            case VOICE_NOTE -> content.put("ptt", true).put("seconds", 3);
            case DOCUMENT -> content.put("mimetype", "application/pdf").put("fileName", "a.pdf");
            default -> {}
        }

        String id = bob.process()
                .call(
                        "send",
                        fields().put("jid", alice.phoneNumber().toString()).set("content", content))
                .path("id")
                .asText();

        WebMessage message = alice.awaitMessage(id);
        MediaContent read = (MediaContent) message.content();
        assertThat(read.kind()).isEqualTo(kind);
        assertThat(read.fileLength()).isEqualTo(file.length);
        if (read instanceof ImageContent image) {
            assertThat(image.caption()).isEqualTo("from Baileys");
        }
        if (read instanceof DocumentContent document) {
            assertThat(document.fileName()).isEqualTo("a.pdf");
            assertThat(document.mimetype()).isEqualTo("application/pdf");
        }
        assertThat(alice.socket().media().download(message).get(60, SECONDS)).isEqualTo(file);
    }

    private static MediaContent content(MediaKind kind, MediaSource source) {
        return switch (kind) {
            case IMAGE -> Content.image(source).withMimetype("image/jpeg");
            case VIDEO -> Content.video(source).withMimetype("video/mp4");
            case GIF -> Content.gif(source).withMimetype("video/mp4");
            case VIDEO_NOTE -> Content.videoNote(source).withMimetype("video/mp4");
            case AUDIO -> Content.audio(source).withMimetype("audio/mp4");
            case VOICE_NOTE -> Content.voiceNote(source);
            case DOCUMENT -> Content.document(source, "a.bin").withCaption("with a caption");
            case STICKER -> Content.sticker(source).withMimetype("image/webp");
        };
    }

    private static String fieldOf(MediaKind kind) {
        return switch (kind) {
            case IMAGE -> "imageMessage";
            case VIDEO, GIF -> "videoMessage";
            case VIDEO_NOTE -> "ptvMessage";
            case AUDIO, VOICE_NOTE -> "audioMessage";
            case DOCUMENT -> "documentMessage";
            case STICKER -> "stickerMessage";
        };
    }

    private static String send(Content content) throws Exception {
        return alice.socket()
                .sendMessage(Jid.parse(bob.phoneNumber()), content)
                .get(60, SECONDS)
                .id();
    }

    private static JsonNode read(String id) throws InterruptedException {
        return bob.process().call("content", fields().put("target", id)).path("message");
    }

    private static byte[] download(String id) throws InterruptedException {
        return Base64.getDecoder()
                .decode(bob.process()
                        .call("download", fields().put("target", id))
                        .path("base64")
                        .asText());
    }

    /** Longer than one chunk of anything, and different for each kind. */
    private static byte[] file(MediaKind kind) {
        byte[] bytes = new byte[70_003];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (17 * i + (i >> 7) + kind.ordinal());
        }
        return bytes;
    }
}
