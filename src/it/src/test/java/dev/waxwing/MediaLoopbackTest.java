package dev.waxwing;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.waxwing.error.MediaCorruptedException;
import dev.waxwing.error.MediaCorruptedException.Fault;
import dev.waxwing.error.MediaExpiredException;
import dev.waxwing.error.MediaFileException;
import dev.waxwing.error.MediaTooLargeException;
import dev.waxwing.error.ProtocolViolationException;
import dev.waxwing.media.Media;
import dev.waxwing.media.TransferOptions;
import dev.waxwing.model.MediaKind;
import dev.waxwing.model.MediaReference;
import dev.waxwing.model.SentMessage;
import dev.waxwing.model.content.AudioContent;
import dev.waxwing.model.content.Content;
import dev.waxwing.model.content.DocumentContent;
import dev.waxwing.model.content.ImageContent;
import dev.waxwing.model.content.MediaContent;
import dev.waxwing.model.content.MediaSource;
import dev.waxwing.model.content.WebMessage;
import dev.waxwing.testkit.LoopbackServer;
import dev.waxwing.testkit.phone.MediaRetryReply;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files from one account to another, over the media host of the test kit. */
final class MediaLoopbackTest {

    private static final TransferOptions DEFAULT = TransferOptions.builder().build();
    private static final byte[] PICTURE = bytes(100_000, 1);

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
        alice = accounts.client("alice", this::withFolder);
        bob = accounts.client(
                "bob", config -> withFolder(config).media(media -> media.reuploadTimeout(Duration.ofMillis(200))));
        atBob = bob.messages();
    }

    private SocketConfig.Builder withFolder(SocketConfig.Builder config) {
        return config.media(media -> media.temporaryFolder(folder.resolve("temporary")));
    }

    @ParameterizedTest
    @EnumSource(MediaKind.class)
    void givenAFileOfEachKind_whenSent_thenTheOtherReadsItsKindAndDownloadsIt(MediaKind kind) throws Exception {
        WebMessage received = sent(content(kind, MediaSource.bytes(PICTURE)));

        MediaContent content = (MediaContent) received.content();
        assertThat(content.kind()).isEqualTo(kind);
        assertThat(content.fileLength()).isEqualTo(PICTURE.length);
        assertThat(get(media(bob).download(received))).isEqualTo(PICTURE);
        assertThat(temporaryFiles()).isEmpty();
    }

    private static MediaContent content(MediaKind kind, MediaSource source) {
        return switch (kind) {
            case IMAGE -> Content.image(source).withCaption("caption").withSize(4, 3);
            case VIDEO -> Content.video(source).withSeconds(3);
            case GIF -> Content.gif(source);
            case VIDEO_NOTE -> Content.videoNote(source);
            case AUDIO -> Content.audio(source).withMimetype("audio/mp4");
            case VOICE_NOTE -> Content.voiceNote(source).withWaveform(new byte[64]);
            case DOCUMENT -> Content.document(source, "a.bin").withCaption("caption");
            case STICKER -> Content.sticker(source).withAnimated(true);
        };
    }

    @Test
    void givenWhatTheSenderSaysOfAFile_whenReceived_thenItIsThere() throws Exception {
        ImageContent image = (ImageContent) sent(Content.image(MediaSource.bytes(PICTURE))
                        .withCaption("a picture")
                        .withMimetype("image/png")
                        .withSize(640, 480)
                        .withJpegThumbnail(new byte[] {1, 2, 3}))
                .content();
        assertThat(image.caption()).isEqualTo("a picture");
        assertThat(image.mimetype()).isEqualTo("image/png");
        assertThat(List.of(image.width(), image.height())).containsExactly(640, 480);
        assertThat(image.jpegThumbnail()).hasValue(new byte[] {1, 2, 3});

        DocumentContent document = (DocumentContent)
                sent(Content.document(MediaSource.bytes(PICTURE), "list.pdf").withPageCount(2))
                        .content();
        assertThat(document.fileName()).isEqualTo("list.pdf");
        assertThat(document.pageCount()).isEqualTo(2);

        AudioContent audio = (AudioContent)
                sent(Content.voiceNote(MediaSource.bytes(PICTURE)).withSeconds(7))
                        .content();
        assertThat(audio.seconds()).isEqualTo(7);
        assertThat(audio.reference().orElseThrow().streamingSidecar()).hasSize(20);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 15, 16, 17, 262_143, 262_144, 262_145, 6_000_000})
    void givenFileOfALength_whenSentAndDownloadedToAFile_thenItIsWhole(int length) throws Exception {
        byte[] file = bytes(length, length);
        Path source = Files.write(folder.resolve("source"), file);
        WebMessage received = sent(Content.document(MediaSource.file(source), "source"));
        Path target = folder.resolve("target");

        assertThat(get(media(bob).downloadTo(received, target, DEFAULT))).isEqualTo(target);

        assertThat(Files.readAllBytes(target)).isEqualTo(file);
        assertThat(folder.resolve("target.waxwing-part")).doesNotExist();
    }

    @Test
    void givenStreams_whenAFileGoesFromOneToTheOther_thenItIsWhole() throws Exception {
        byte[] file = bytes(1_000_000, 5);
        WebMessage received = sent(Content.video(MediaSource.stream(() -> new ByteArrayInputStream(file))));
        ByteArrayOutputStream target = new ByteArrayOutputStream();

        assertThat(get(media(bob).downloadTo(received, target, DEFAULT))).isEqualTo(file.length);

        assertThat(target.toByteArray()).isEqualTo(file);
        assertThat(temporaryFiles()).isEmpty();
    }

    @Test
    void givenProgressListeners_whenAFileIsSentAndFetched_thenTheyHearOfAllOfIt() throws Exception {
        ConcurrentLinkedQueue<Long> up = new ConcurrentLinkedQueue<>();
        CompletableFuture<Void> allUp = new CompletableFuture<>();
        CompletableFuture<Void> allDown = new CompletableFuture<>();
        Content uploaded = get(media(alice)
                .upload(
                        Content.document(MediaSource.bytes(bytes(3_000_000, 2)), "x"),
                        TransferOptions.builder()
                                .progress((done, total) -> {
                                    up.add(done);
                                    if (done == total) {
                                        allUp.complete(null);
                                    }
                                })
                                .build()));
        WebMessage received = sent(uploaded);
        get(media(bob)
                .downloadTo(
                        received,
                        folder.resolve("x"),
                        TransferOptions.builder()
                                .progress((done, total) -> {
                                    if (done == total) {
                                        allDown.complete(null);
                                    }
                                })
                                .build()));

        get(allUp);
        get(allDown);
        assertThat(List.copyOf(up)).isSorted();
    }

    @Test
    void givenOneFileForMany_whenSent_thenItIsUploadedOnce() throws Exception {
        AtomicInteger opened = new AtomicInteger();
        MediaSource source = MediaSource.stream(() -> {
            opened.incrementAndGet();
            return new ByteArrayInputStream(PICTURE);
        });
        List<MediaReference> references = Stream.of(sent(Content.image(source)), sent(Content.image(source)))
                .map(message -> ((MediaContent) message.content()).reference().orElseThrow())
                .toList();

        assertThat(references.get(0)).isEqualTo(references.get(1));
        assertThat(opened).as("each looked at and hashed, one uploaded").hasValue(5);
    }

    @Test
    void givenAChosenId_whenTheSameMessageIsSentAgain_thenNothingIsUploadedOrSentTwice() throws Exception {
        AtomicInteger opened = new AtomicInteger();
        Content image = Content.image(MediaSource.stream(() -> {
            opened.incrementAndGet();
            return new ByteArrayInputStream(PICTURE);
        }));
        SendOptions options = SendOptions.builder().messageId("3EB0CHOSEN").build();
        CompletableFuture<SentMessage> first = alice.socket().sendMessage(bob.jid(), image, options);
        CompletableFuture<SentMessage> second = alice.socket().sendMessage(bob.jid(), image, options);

        assertThat(get(first).key()).isEqualTo(get(second).key());
        int openedByTwo = opened.get();
        assertThat(get(alice.socket().sendMessage(bob.jid(), image, options))).isEqualTo(get(first));

        assertThat(openedByTwo).as("looked at, hashed, uploaded").isEqualTo(3);
        assertThat(opened).hasValue(3);
        alice.sent(bob, "behind it");
        atBob.await(message -> message.text().equals("behind it"));
        assertThat(atBob.all()).hasSize(2);
    }

    @Test
    void givenAReceivedFile_whenForwarded_thenItKeepsItsKeys() throws Exception {
        WebMessage received = sent(Content.image(MediaSource.bytes(PICTURE)).withCaption("look"));
        Heard<WebMessage> atAlice = alice.messages();

        get(bob.socket().sendMessage(alice.jid(), Content.forward(received)));
        WebMessage forwarded = atAlice.await(message -> message.content() instanceof ImageContent);

        assertThat(((ImageContent) forwarded.content()).reference())
                .isEqualTo(((ImageContent) received.content()).reference());
        assertThat(get(media(alice).download(forwarded))).isEqualTo(PICTURE);
    }

    @Test
    void givenRange_whenDownloaded_thenThatPartComes() throws Exception {
        MediaReference reference = reference(sent(Content.video(MediaSource.bytes(PICTURE))));

        for (long[] range :
                new long[][] {{0, 10}, {5, 37}, {16, 32}, {250, 70_000}, {99_990, 100_000}, {99_000, 200_000}}) {
            assertThat(get(media(bob).downloadRange(reference, range[0], range[1])))
                    .as("%d to %d", range[0], range[1])
                    .isEqualTo(Arrays.copyOfRange(PICTURE, (int) range[0], (int) Math.min(range[1], PICTURE.length)));
        }
        assertThat(get(media(bob).downloadRange(reference, 100_000, 100_001))).isEmpty();
    }

    @Test
    void givenReferencesThatAreWrong_whenDownloaded_thenEachFailsTypedAndLeavesNoFile() throws Exception {
        MediaReference right = reference(sent(Content.image(MediaSource.bytes(PICTURE))));
        MediaReference other = reference(sent(Content.image(MediaSource.bytes(bytes(100_000, 9)))));
        Map<Fault, MediaReference> wrong = Map.of(
                Fault.ENCRYPTED_HASH,
                        right.toBuilder().directPath(other.directPath()).build(),
                Fault.MAC, right.toBuilder().mediaKey(new byte[32]).build(),
                Fault.CONTENT_HASH, right.toBuilder().fileSha256(new byte[32]).build(),
                Fault.LENGTH, right.toBuilder().fileLength(99_000).build(),
                Fault.MESSAGE, right.toBuilder().mediaKey(new byte[31]).build());
        Path target = folder.resolve("wrong");
        for (Map.Entry<Fault, MediaReference> each : wrong.entrySet()) {
            Throwable failure = Client.failure(media(bob).downloadTo(each.getValue(), target, DEFAULT));

            assertThat(failure).isInstanceOf(MediaCorruptedException.class);
            assertThat(((MediaCorruptedException) failure).fault()).isEqualTo(each.getKey());
            assertThat(target).doesNotExist();
            assertThat(folder.resolve("wrong.waxwing-part")).doesNotExist();
        }
    }

    @Test
    void givenFileThatIsThere_whenADownloadOverItFails_thenItStaysAsItWas() throws Exception {
        MediaReference right = reference(sent(Content.image(MediaSource.bytes(PICTURE))));
        Path target = Files.writeString(folder.resolve("there"), "before");

        Client.failure(
                media(bob).downloadTo(right.toBuilder().fileSha256(new byte[32]).build(), target, DEFAULT));

        assertThat(target).hasContent("before");
    }

    @Test
    void givenBounds_whenAFileIsLonger_thenItIsTooLargeOnBothWays() throws Exception {
        TransferOptions small = TransferOptions.builder().maxBytes(99_999).build();
        WebMessage received = sent(Content.image(MediaSource.bytes(PICTURE)));
        MediaReference silent = reference(received).toBuilder().fileLength(0).build();

        assertThat(Client.failure(media(bob).download(received, small))).isInstanceOf(MediaTooLargeException.class);
        assertThat(Client.failure(media(bob).downloadTo(silent, folder.resolve("x"), small)))
                .isInstanceOf(MediaTooLargeException.class);
        assertThat(Client.failure(media(alice).upload(Content.image(MediaSource.bytes(bytes(100_000, 3))), small)))
                .isInstanceOf(MediaTooLargeException.class);
        assertThat(temporaryFiles()).isEmpty();
    }

    @Test
    void givenFileThatIsGone_whenThePhoneDoesNotAnswer_thenItHasExpired() throws Exception {
        server.phone("bob").answerMediaRetries(MediaRetryReply.SILENCE);
        WebMessage received = sent(Content.image(MediaSource.bytes(PICTURE)));
        WebMessage gone = new WebMessage(
                received.key(),
                received.timestamp(),
                received.pushName(),
                received.message().toBuilder()
                        .setImageMessage(received.message().getImageMessage().toBuilder()
                                .setDirectPath("/v/t62.7118-24/none?oe=1"))
                        .build());

        Throwable failure = Client.failure(media(bob).downloadTo(gone, folder.resolve("gone"), DEFAULT));

        assertThat(failure).isInstanceOf(MediaExpiredException.class);
        assertThat(((MediaExpiredException) failure).isRetryable()).isTrue();
        assertThat(folder.resolve("gone")).doesNotExist();
    }

    @Test
    void givenMessageThatNamesAForeignHost_whenDownloaded_thenNothingIsAskedThere() throws Exception {
        MediaReference foreign = MediaReference.builder(MediaKind.IMAGE)
                .url("https://localhost:" + server.port() + "/v/x")
                .mediaKey(new byte[32])
                .build();

        assertThat(Client.failure(media(bob).downloadTo(foreign, folder.resolve("x"), DEFAULT)))
                .isInstanceOf(ProtocolViolationException.class)
                .hasMessageContaining("host");
    }

    @Test
    void givenSourceThatCannotBeRead_whenSent_thenTheMessageFailsAndIsNotSent() throws Exception {
        Content missing = Content.image(MediaSource.file(folder.resolve("missing")));
        Content broken = Content.image(MediaSource.stream(() -> {
            throw new IOException("broken");
        }));

        assertThat(Client.failure(alice.socket().sendMessage(bob.jid(), missing)))
                .isInstanceOf(MediaFileException.class);
        assertThat(Client.failure(alice.socket().sendMessage(bob.jid(), broken)))
                .isInstanceOf(MediaFileException.class);
        assertThatThrownBy(() -> alice.socket()
                        .sendMessage(
                                bob.jid(),
                                Content.edit(get(alice.send(bob, "x")).key(), missing)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("upload");
    }

    @Test
    void givenStreamOfTheApplicationThatFails_whenDownloadedTo_thenTheDownloadFailsWithIt() throws Exception {
        WebMessage received = sent(Content.image(MediaSource.bytes(PICTURE)));
        OutputStream full = new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException("disk full");
            }
        };

        assertThat(Client.failure(media(bob).downloadTo(received, full, DEFAULT)))
                .isInstanceOf(MediaFileException.class)
                .hasMessageContaining("disk full");
        assertThat(temporaryFiles()).isEmpty();
    }

    @Test
    void givenFilesThatAKilledProcessLeft_whenAnAccountStarts_thenOnlyOldOnesOfOursAreDeleted() throws Exception {
        Path temporary = Files.createDirectories(folder.resolve("other"));
        Path old = Files.writeString(temporary.resolve("waxwing-123.media"), "x");
        Path fresh = Files.writeString(temporary.resolve("waxwing-456.media"), "x");
        Path foreign = Files.writeString(temporary.resolve("letter.txt"), "x");
        FileTime before = FileTime.from(Instant.now().minus(Duration.ofDays(2)));
        Files.setLastModifiedTime(old, before);
        Files.setLastModifiedTime(foreign, before);

        Client carol = accounts.client("carol", config -> config.media(media -> media.temporaryFolder(temporary)));
        carol.sent(bob, "here");
        get(media(carol).upload(Content.image(MediaSource.bytes(PICTURE)), DEFAULT));

        assertThat(old).doesNotExist();
        assertThat(fresh).exists();
        assertThat(foreign).exists();
    }

    private WebMessage sent(Content content) throws Exception {
        SentMessage sent = get(alice.socket().sendMessage(bob.jid(), content));
        return atBob.await(message -> message.id().equals(sent.key().id()));
    }

    private List<Path> temporaryFiles() throws IOException {
        Path temporary = folder.resolve("temporary");
        if (!Files.isDirectory(temporary)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(temporary)) {
            return files.toList();
        }
    }

    private static MediaReference reference(WebMessage message) {
        return ((MediaContent) message.content()).reference().orElseThrow();
    }

    private static Media media(Client client) {
        return client.socket().media();
    }

    private static <T> T get(CompletableFuture<T> future) throws Exception {
        return future.get(Client.PATIENCE_SECONDS, SECONDS);
    }

    private static byte[] bytes(int length, int seed) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) (31 * i + (i >> 8) + seed);
        }
        return bytes;
    }
}
