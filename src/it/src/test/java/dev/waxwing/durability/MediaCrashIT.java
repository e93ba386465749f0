package dev.waxwing.durability;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.waxwing.Socket;
import dev.waxwing.event.Events;
import dev.waxwing.media.TransferOptions;
import dev.waxwing.model.MediaReference;
import dev.waxwing.model.content.Content;
import dev.waxwing.model.content.MediaContent;
import dev.waxwing.model.content.MediaSource;
import dev.waxwing.model.content.WebMessage;
import dev.waxwing.process.ServerTrust;
import dev.waxwing.process.SteeredProcess;
import dev.waxwing.store.MemoryStore;
import dev.waxwing.testkit.LoopbackServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A process that is killed while it sends or fetches files, at random points: each message arrives once, and no file is
 * under its final name that is not whole.
 */
final class MediaCrashIT {

    private static final int KILLS = Integer.getInteger("waxwing.media.kills", 20);
    private static final long SEED = Long.getLong("waxwing.seed", 20_261_127L);

    /** Some files are begun and not ended, others are ended in between. */
    private static final int MOST_STEPS = 160;

    private static final List<String> OPTIONS =
            List.of("-Xmx128m", "-Xshare:auto", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-XX:-UsePerfData");

    @TempDir
    Path folder;

    private final Random random = new Random(SEED);
    private final LoopbackServer server = LoopbackServer.start();
    private final BlockingQueue<WebMessage> atBob = new LinkedBlockingQueue<>();
    private final MemoryStore bobsStore = MemoryStore.create();
    private Socket bob;

    @BeforeEach
    void open() throws Exception {
        ServerTrust.write(server, folder);
        bob = Socket.builder(ServerTrust.config(server.uri().toString(), folder)
                        .store(bobsStore)
                        .linking(linking -> linking.pushName("bob"))
                        .build())
                .on(Events.CONNECTION_UPDATE, update -> update.qr().ifPresent(server.phone("bob")::scanQr))
                .on(Events.MESSAGES_UPSERT, batch -> atBob.addAll(batch.messages()))
                .start();
        bob.whenOpen().get(60, SECONDS);
    }

    @AfterEach
    void close() {
        bob.close();
        bobsStore.close();
        server.close();
    }

    @Test
    void givenSenderThatIsKilled_whenItSendsAgainUnderTheSameIds_thenEachFileArrivesOnceAndWhole() throws Exception {
        String to = bob.user().orElseThrow().withoutDevice().toString();
        int sent = lives(next -> new String[] {"send", to, String.valueOf(next)});

        Map<String, Long> heard = Stream.generate(this::nextAtBob)
                .limit(sent)
                .peek(message -> assertThat(download(message)).isEqualTo(MediaCrashClient.file(numberOf(message))))
                .collect(Collectors.groupingBy(WebMessage::id, Collectors.counting()));

        assertThat(heard)
                .hasSize(sent)
                .allSatisfy((id, times) -> assertThat(times).isEqualTo(1));
        assertThat(atBob).as("messages that arrived twice").hasSizeLessThanOrEqualTo(1);
    }

    @Test
    void givenReceiverThatIsKilled_whenItFetchesAgain_thenEveryFileUnderItsNameIsWhole() throws Exception {
        byte[] file = MediaCrashClient.file(0);
        MediaReference reference = bob.media()
                .upload(
                        Content.document(MediaSource.bytes(file), "file"),
                        TransferOptions.builder().build())
                .get(60, SECONDS)
                .reference()
                .orElseThrow();
        HexFormat hex = HexFormat.of();

        int fetched = lives(next -> new String[] {
            "fetch",
            reference.directPath(),
            hex.formatHex(reference.mediaKey()),
            hex.formatHex(reference.fileSha256()),
            hex.formatHex(reference.fileEncSha256()),
            String.valueOf(reference.fileLength()),
            String.valueOf(next)
        });

        assertThat(targets().stream().filter(path -> !isPart(path))).hasSizeGreaterThanOrEqualTo(fetched);
        for (Path target : targets()) {
            if (!isPart(target)) {
                assertThat(Files.readAllBytes(target)).as(target.toString()).isEqualTo(file);
            }
        }
    }

    private static boolean isPart(Path path) {
        return path.toString().endsWith(".waxwing-part");
    }

    /** Arguments of a life, given the number of the first file that is not done. */
    private interface Arguments {
        String[] from(int next);
    }

    /** Kills as often as it should, then lets one more file be done; answers how many are. */
    private int lives(Arguments arguments) throws Exception {
        Files.createDirectories(folder.resolve("alice"));
        int next = 0;
        for (int life = 0; life <= KILLS; life++) {
            Path temporary = Files.createDirectory(folder.resolve("tmp" + life));
            try (SteeredProcess client = start(temporary, arguments.from(next))) {
                if (life == 0) {
                    server.phone("alice").scanQr(client.await("qr"));
                }
                client.await("open");
                next = life == KILLS ? done(client.await("done")) : followed(client, next);
                client.kill();
            }
        }
        return next;
    }

    private SteeredProcess start(Path temporary, String... mode) throws IOException {
        String[] all = Stream.concat(
                        Stream.of(
                                server.uri().toString(),
                                folder.toString(),
                                folder.resolve("alice").toString()),
                        Stream.of(mode))
                .toArray(String[]::new);
        return SteeredProcess.start(
                "media-crash", Map.of(), SteeredProcess.java(temporary, OPTIONS, MediaCrashClient.class, all));
    }

    /** Follows it for a random number of steps, and then for a moment that is between two of them. */
    private int followed(SteeredProcess client, int from) throws InterruptedException {
        int next = from;
        for (int left = 1 + random.nextInt(MOST_STEPS); left > 0; left--) {
            String line = client.next(Duration.ofSeconds(60));
            assertThat(line).isNotNull();
            if (line.startsWith("done ")) {
                next = done(line.substring(5));
            }
        }
        String line = client.next(Duration.ofMillis(random.nextInt(30)));
        return line != null && line.startsWith("done ") ? done(line.substring(5)) : next;
    }

    private static int done(String number) {
        return Integer.parseInt(number) + 1;
    }

    private WebMessage nextAtBob() {
        try {
            WebMessage message = atBob.poll(60, SECONDS);
            assertThat(message).as("a message that was acknowledged").isNotNull();
            return message;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static int numberOf(WebMessage message) {
        return Integer.parseInt(message.id().substring(8), 16);
    }

    private byte[] download(WebMessage message) {
        assertThat(message.content()).isInstanceOf(MediaContent.class);
        return bob.media().download(message).join();
    }

    private List<Path> targets() throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve("alice"))) {
            return files.filter(path -> path.getFileName().toString().startsWith("target"))
                    .toList();
        }
    }
}
