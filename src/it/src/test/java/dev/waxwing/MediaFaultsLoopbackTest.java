package dev.waxwing;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.waxwing.error.MediaCorruptedException;
import dev.waxwing.error.MediaExpiredException;
import dev.waxwing.error.ServerRefusedException;
import dev.waxwing.media.TransferOptions;
import dev.waxwing.model.SentMessage;
import dev.waxwing.model.content.Content;
import dev.waxwing.model.content.MediaContent;
import dev.waxwing.model.content.MediaSource;
import dev.waxwing.model.content.WebMessage;
import dev.waxwing.testkit.LoopbackServer;
import dev.waxwing.testkit.area.media.MediaFault;
import dev.waxwing.testkit.area.media.MediaMatch;
import dev.waxwing.testkit.area.media.MediaRule;
import dev.waxwing.testkit.phone.MediaRetryReply;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Transfers with a media host that does wrong, and with a phone that helps or does not. */
final class MediaFaultsLoopbackTest {

    private static final TransferOptions DEFAULT = TransferOptions.builder().build();
    private static final byte[] FILE = bytes(300_000);
    private static final byte[] LARGE = bytes(6_000_000);

    @TempDir
    Path folder;

    private final LoopbackServer server = LoopbackServer.start();

    @RegisterExtension
    final Accounts accounts = new Accounts(server);

    private Client alice;
    private Client bob;
    private Heard<WebMessage> atBob;

    @BeforeEach
    void connect() throws Exception {
        alice = accounts.client("alice", this::options);
        bob = accounts.client("bob", this::options);
        atBob = bob.messages();
    }

    private SocketConfig.Builder options(SocketConfig.Builder config) {
        return config.media(media -> media.temporaryFolder(folder.resolve("temporary"))
                .idleTimeout(Duration.ofMillis(500))
                .reuploadTimeout(Duration.ofSeconds(2)));
    }

    static Stream<MediaFault> passing() {
        return Stream.of(
                new MediaFault.Status(500, 0),
                new MediaFault.Status(503, 1),
                new MediaFault.Status(429, 1),
                new MediaFault.Status(507, 0),
                new MediaFault.Status(401, 0),
                new MediaFault.Status(403, 0),
                new MediaFault.CutAfter(100_000),
                new MediaFault.StallAfter(100_000));
    }

    @ParameterizedTest
    @MethodSource("passing")
    void givenAFaultThatPasses_whenAFileIsUploaded_thenItIsTriedAgain(MediaFault fault) throws Exception {
        MediaRule rule = server.media().fault(MediaMatch.uploads().times(1), fault);

        WebMessage received = sent(FILE);

        assertThat(rule.fired()).isEqualTo(1);
        assertThat(get(bob.socket().media().download(received))).isEqualTo(FILE);
    }

    @ParameterizedTest
    @MethodSource("passing")
    void givenAFaultThatPasses_whenAFileIsDownloaded_thenItIsTriedAgain(MediaFault fault) throws Exception {
        WebMessage received = sent(FILE);
        MediaRule rule = server.media().fault(MediaMatch.downloads().times(1), fault);

        assertThat(get(bob.socket().media().download(received))).isEqualTo(FILE);

        assertThat(rule.fired()).isEqualTo(1);
    }

    @Test
    void givenALargeUploadThatBreaksOff_whenTriedAgain_thenItIsWhole() throws Exception {
        MediaRule rule = server.media().fault(MediaMatch.uploads().times(1), new MediaFault.CutAfter(2_000_000));

        WebMessage received = sent(LARGE);

        assertThat(rule.fired()).isEqualTo(1);
        assertThat(get(bob.socket().media().download(received))).isEqualTo(LARGE);
    }

    static Stream<MediaFault> lies() {
        return Stream.of(
                new MediaFault.CorruptByte(1_000),
                new MediaFault.Truncate(100_000),
                new MediaFault.Oversize(1_000),
                new MediaFault.WrongLength(400_000));
    }

    @ParameterizedTest
    @MethodSource("lies")
    void givenAHostThatSendsSomethingElse_whenDownloaded_thenItFailsTypedAndLeavesNoFile(MediaFault fault)
            throws Exception {
        WebMessage received = sent(FILE);
        server.media().fault(MediaMatch.downloads(), fault);
        Path target = folder.resolve("target");

        assertThat(Client.failure(bob.socket().media().downloadTo(received, target, DEFAULT)))
                .isInstanceOf(MediaCorruptedException.class);

        assertThat(target).doesNotExist();
        assertThat(folder.resolve("target.waxwing-part")).doesNotExist();
    }

    @Test
    void givenTheFileOfAnother_whenDownloaded_thenItIsRefused() throws Exception {
        WebMessage received = sent(FILE);
        WebMessage other = sent(bytes(300_001));
        server.media().swap(pathOf(received), pathOf(other));

        assertThat(Client.failure(bob.socket().media().download(received))).isInstanceOf(MediaCorruptedException.class);
    }

    @Test
    void givenARedirect_whenDownloaded_thenItIsNotFollowed() throws Exception {
        WebMessage received = sent(FILE);
        server.media().fault(MediaMatch.downloads(), new MediaFault.Redirect("https://example.com/"));

        assertThat(Client.failure(bob.socket().media().download(received)))
                .isInstanceOfSatisfying(
                        ServerRefusedException.class,
                        refused -> assertThat(refused.code()).isEqualTo(302));
    }

    @ParameterizedTest
    @ValueSource(ints = {404, 410})
    void givenAFileThatIsGone_whenDownloaded_thenThePhoneUploadsItAgainByItself(int status) throws Exception {
        WebMessage received = fromPhone(status);

        assertThat(get(bob.socket().media().download(received))).isNotEmpty();
    }

    @Test
    void givenAFileThatIsGone_whenThePhoneIsAsked_thenTheMessageLeadsToTheNewPlace() throws Exception {
        WebMessage received = fromPhone(404);

        WebMessage updated = get(bob.socket().media().updateMediaMessage(received));

        assertThat(pathOf(updated)).isNotEqualTo(pathOf(received));
        assertThat(get(bob.socket().media().download(updated))).isNotEmpty();
    }

    @Test
    void givenAPhoneThatLacksIt_whenDownloaded_thenItHasExpiredForGood() throws Exception {
        WebMessage received = sent(FILE);
        server.phone("bob").answerMediaRetries(MediaRetryReply.GONE);
        server.media().expire(pathOf(received), 410);

        assertThat(Client.failure(bob.socket().media().download(received)))
                .isInstanceOfSatisfying(
                        MediaExpiredException.class,
                        expired -> assertThat(expired.isRetryable()).isFalse());
    }

    /** A file that Bob's phone has, since its account got it, and the host has not any more. */
    private WebMessage fromPhone(int status) throws Exception {
        WebMessage received = sent(FILE);
        server.media().expire(pathOf(received), status);
        return received;
    }

    private WebMessage sent(byte[] file) throws Exception {
        SentMessage sent =
                get(alice.socket().sendMessage(bob.jid(), Content.document(MediaSource.bytes(file), "file.bin")));
        return atBob.await(message -> message.id().equals(sent.key().id()));
    }

    private static String pathOf(WebMessage message) {
        return ((MediaContent) message.content()).reference().orElseThrow().directPath();
    }

    private static <T> T get(CompletableFuture<T> future) throws Exception {
        return future.get(Client.PATIENCE_SECONDS, SECONDS);
    }

    private static byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) (29 * i + (i >> 8) + length);
        }
        return bytes;
    }
}
