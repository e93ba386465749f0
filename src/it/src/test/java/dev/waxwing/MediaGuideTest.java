package dev.waxwing;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.waxwing.event.Events;
import dev.waxwing.media.TransferOptions;
import dev.waxwing.model.Jid;
import dev.waxwing.model.content.Content;
import dev.waxwing.model.content.ImageContent;
import dev.waxwing.model.content.MediaContent;
import dev.waxwing.model.content.MediaSource;
import dev.waxwing.model.content.WebMessage;
import dev.waxwing.testkit.LoopbackServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The samples of {@code docs/media.md}. */
final class MediaGuideTest {

    private final LoopbackServer server = LoopbackServer.start();

    @RegisterExtension
    final Accounts accounts = new Accounts(server);

    @TempDir
    Path files;

    @Test
    void givenTheFirstSample_whenRun_thenBobHasTheFiles() throws Exception {
        Path folder = Files.createDirectory(files.resolve("received"));
        Path picture = Files.write(files.resolve("view.jpg"), new byte[] {1, 2, 3});
        Path recording = Files.write(files.resolve("voice.ogg"), new byte[] {4, 5});
        byte[] pdf = {6};
        Socket sock = client("alice");
        Socket atBob = client("bob");
        Jid bob = atBob.user().orElseThrow().withoutDevice();
        LinkedBlockingQueue<Path> downloaded = new LinkedBlockingQueue<>();
        atBob.ev()
                .on(
                        Events.MESSAGES_UPSERT,
                        batch -> batch.messages().forEach(message -> {
                            if (message.content() instanceof MediaContent media) {
                                assertThat(media.fileLength()).isPositive();
                                atBob.media()
                                        .downloadTo(
                                                message,
                                                folder.resolve(message.id()),
                                                TransferOptions.builder().build())
                                        .thenAccept(downloaded::add);
                            }
                        }));

        sock.sendMessage(
                        bob,
                        Content.image(MediaSource.file(picture))
                                .withCaption("The view")
                                .withSize(4032, 3024))
                .get(60, SECONDS);
        sock.sendMessage(
                        bob,
                        Content.document(MediaSource.bytes(pdf), "invoice.pdf").withMimetype("application/pdf"))
                .get(60, SECONDS);
        sock.sendMessage(
                        bob,
                        Content.voiceNote(MediaSource.stream(() -> Files.newInputStream(recording)))
                                .withSeconds(7))
                .get(60, SECONDS);

        for (int i = 0; i < 3; i++) {
            assertThat(downloaded.poll(60, SECONDS)).isNotNull().isNotEmptyFile();
        }
    }

    @Test
    void givenTheSecondSample_whenRun_thenEveryFriendGetsOneUpload() throws Exception {
        Path picture = Files.write(files.resolve("view.jpg"), new byte[1_000]);
        Socket sock = client("alice");
        Client bob = accounts.client("bob");
        Client carol = accounts.client("carol");
        Heard<WebMessage> atBob = bob.messages();
        Heard<WebMessage> atCarol = carol.messages();
        List<Jid> friends = List.of(bob.jid(), carol.jid());

        ImageContent ready = sock.media()
                .upload(
                        Content.image(MediaSource.file(picture)),
                        TransferOptions.builder()
                                .progress((done, total) -> assertThat(done).isLessThanOrEqualTo(total))
                                .build())
                .get(60, SECONDS);
        friends.forEach(friend -> sock.sendMessage(friend, ready));

        assertThat(reference(atBob)).isEqualTo(reference(atCarol)).isEqualTo(ready.reference());
    }

    private static Object reference(Heard<WebMessage> heard) {
        return ((MediaContent) heard.await(message -> true).content()).reference();
    }

    private Socket client(String name) throws Exception {
        return accounts.client(name, config -> config.media(media -> media.temporaryFolder(files.resolve("temporary"))))
                .socket();
    }
}
