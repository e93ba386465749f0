package dev.waxwing.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.waxwing.internal.binary.Node;
import dev.waxwing.internal.crypto.AesGcm;
import dev.waxwing.internal.crypto.Digests;
import dev.waxwing.internal.crypto.Hkdf;
import dev.waxwing.proto.e2e.ImageMessage;
import dev.waxwing.proto.e2e.Message;
import dev.waxwing.proto.mmsretry.MediaRetryNotification;
import dev.waxwing.proto.mmsretry.MediaRetryNotification.ResultType;
import dev.waxwing.proto.mmsretry.ServerErrorReceipt;
import dev.waxwing.testkit.area.media.MediaObject;
import dev.waxwing.testkit.phone.MediaRetryReply;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A companion asks its phone to upload a file once more. */
final class MediaRetryTest {

    private static final byte[] FILE = "ciphertext and mac".getBytes(StandardCharsets.UTF_8);
    private static final byte[] MEDIA_KEY = new byte[32];
    private static final byte[] IV = new byte[AesGcm.NONCE_BYTES];

    private LoopbackServer server;
    private RawDevice alice;
    private String id;
    private MediaObject file;

    @BeforeEach
    void start() throws Exception {
        Arrays.fill(MEDIA_KEY, (byte) 5);
        server = LoopbackServer.start();
        alice = RawDevice.online(server, "Alice");
        file = server.media().put("image", HexFormat.of().formatHex(Digests.sha256(FILE)), FILE);
        id = server.phone("Bob")
                .send(
                        alice.phone(),
                        Message.newBuilder()
                                .setImageMessage(ImageMessage.newBuilder()
                                        .setDirectPath(file.directPath())
                                        .setMediaKey(ByteString.copyFrom(MEDIA_KEY))
                                        .setFileEncSHA256(ByteString.copyFrom(Digests.sha256(FILE))))
                                .build())
                .id();
        server.media().expire(file.directPath(), 404);
    }

    @AfterEach
    void stop() {
        alice.close();
        server.close();
    }

    @Test
    void givenExpiredFile_whenThePhoneIsAsked_thenItSaysWhereTheFileIsNow() throws Exception {
        ask(MEDIA_KEY);

        Node answer = answer();
        MediaRetryNotification opened = open(answer);

        assertThat(answer.attr("id")).isEqualTo(id);
        assertThat(answer.requireChild("rmr").attr("jid"))
                .isEqualTo(server.phone("Bob").jid().toString());
        assertThat(opened.getStanzaID()).isEqualTo(id);
        assertThat(opened.getResult()).isEqualTo(ResultType.SUCCESS);
        assertThat(opened.getDirectPath()).isNotEqualTo(file.directPath());
        assertThat(server.media().bytes(opened.getDirectPath())).isEqualTo(FILE);
    }

    @ParameterizedTest
    @CsvSource({"NOT_FOUND", "DECRYPTION_ERROR", "GENERAL_ERROR"})
    void givenPhoneThatFails_whenAsked_thenItsReasonIsInThePayload(MediaRetryReply reply) throws Exception {
        server.phone("Alice").answerMediaRetries(reply);

        ask(MEDIA_KEY);

        assertThat(open(answer()).getResult()).hasToString(reply.name());
    }

    @Test
    void givenPhoneWithoutTheMessage_whenAsked_thenAnErrorSaysSo() throws Exception {
        server.phone("Alice").answerMediaRetries(MediaRetryReply.GONE);

        ask(MEDIA_KEY);

        assertThat(answer().requireChild("error").attr("code")).isEqualTo("2");
    }

    @Test
    void givenGarblingPhone_whenAsked_thenThePayloadDoesNotOpen() throws Exception {
        server.phone("Alice").answerMediaRetries(MediaRetryReply.GARBLED);

        ask(MEDIA_KEY);
        Node answer = answer();

        assertThatThrownBy(() -> open(answer)).hasMessageContaining("tag");
    }

    @Test
    void givenWrongMediaKey_whenAsked_thenThePhoneSaysNothing() throws Exception {
        ask(new byte[32]);
        ask(MEDIA_KEY);

        // Only the second one is answered: the phone takes its mail in order.
        open(answer());
        alice.client()
                .ask(RawClient.iq("set", "w:m").child(Node.builder("media_conn").build()));
        assertThat(server.journal().entries())
                .filteredOn(entry -> "mediaretry".equals(entry.stanza().attr("type")))
                .hasSize(1);
    }

    private Node answer() throws InterruptedException {
        Node notification = alice.client().next("notification");
        while (!"mediaretry".equals(notification.attr("type"))) {
            notification = alice.client().next("notification");
        }
        return notification;
    }

    private void ask(byte[] mediaKey) {
        byte[] payload = AesGcm.seal(
                retryKey(mediaKey),
                IV,
                id.getBytes(StandardCharsets.UTF_8),
                ServerErrorReceipt.newBuilder().setStanzaID(id).build().toByteArray());
        alice.client()
                .send(Node.builder("receipt")
                        .attr("id", id)
                        .attr("to", alice.phone())
                        .attr("type", "server-error")
                        .child(Node.builder("encrypt")
                                .child(Node.builder("enc_p").bytes(payload).build())
                                .child(Node.builder("enc_iv").bytes(IV).build())
                                .build())
                        .child(Node.builder("rmr")
                                .attr("jid", server.phone("Bob").jid())
                                .attr("from_me", "false")
                                .build())
                        .build());
    }

    private MediaRetryNotification open(Node answer) throws Exception {
        Node encrypt = answer.requireChild("encrypt");
        return MediaRetryNotification.parseFrom(AesGcm.open(
                retryKey(MEDIA_KEY),
                encrypt.requireChild("enc_iv").requireBytes(),
                id.getBytes(StandardCharsets.UTF_8),
                encrypt.requireChild("enc_p").requireBytes()));
    }

    private static byte[] retryKey(byte[] mediaKey) {
        return Hkdf.sha256(mediaKey, null, "WhatsApp Media Retry Notification".getBytes(StandardCharsets.UTF_8), 32);
    }
}
