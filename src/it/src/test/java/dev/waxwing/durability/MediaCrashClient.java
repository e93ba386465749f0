package dev.waxwing.durability;

import static java.util.concurrent.TimeUnit.SECONDS;

import dev.waxwing.SendOptions;
import dev.waxwing.Socket;
import dev.waxwing.event.Events;
import dev.waxwing.media.TransferOptions;
import dev.waxwing.model.Jid;
import dev.waxwing.model.MediaKind;
import dev.waxwing.model.MediaReference;
import dev.waxwing.model.content.Content;
import dev.waxwing.model.content.MediaSource;
import dev.waxwing.process.ServerTrust;
import dev.waxwing.store.SqliteStore;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.HexFormat;

/**
 * Sends or fetches one file after the other until it is killed: {@code uri trust folder send bob from} or {@code uri
 * trust folder fetch path key sha encSha length from}. Tells what it does by lines.
 */
final class MediaCrashClient {

    static final int FILE_BYTES = 3_000_017;

    private static final int STEP_BYTES = 64 * 1024;

    private MediaCrashClient() {}

    public static void main(String[] args) throws Exception {
        Path folder = Path.of(args[2]);
        try (SqliteStore store = SqliteStore.at(folder.resolve("account.db"));
                Socket socket = Socket.builder(ServerTrust.config(args[0], Path.of(args[1]))
                                .store(store)
                                .linking(linking -> linking.pushName("alice"))
                                .media(media -> media.temporaryFolder(folder.resolve("temporary")))
                                .build())
                        .on(Events.CONNECTION_UPDATE, update -> update.qr().ifPresent(qr -> say("qr " + qr)))
                        .start()) {
            socket.whenOpen().get(60, SECONDS);
            say("open");
            if (args[3].equals("send")) {
                send(socket, Jid.parse(args[4]), Integer.parseInt(args[5]));
            } else {
                fetch(socket, reference(args), folder, Integer.parseInt(args[9]));
            }
        }
    }

    static String id(int number) {
        return String.format("3EB0F11E%08X", number);
    }

    static byte[] file(int number) {
        byte[] bytes = new byte[FILE_BYTES];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (13 * i + (i >> 9) + number);
        }
        return bytes;
    }

    private static void send(Socket socket, Jid to, int from) throws Exception {
        for (int number = from; ; number++) {
            byte[] file = file(number);
            Content content = Content.document(MediaSource.stream(() -> told(file)), "file");
            socket.sendMessage(
                            to,
                            content,
                            SendOptions.builder().messageId(id(number)).build())
                    .get(60, SECONDS);
            say("done " + number);
        }
    }

    private static void fetch(Socket socket, MediaReference reference, Path folder, int from) throws Exception {
        TransferOptions options =
                TransferOptions.builder().progress((done, total) -> say("step")).build();
        for (int number = from; ; number++) {
            socket.media()
                    .downloadTo(reference, folder.resolve("target" + number), options)
                    .get(60, SECONDS);
            say("done " + number);
        }
    }

    private static MediaReference reference(String[] args) {
        return MediaReference.builder(MediaKind.DOCUMENT)
                .directPath(args[4])
                .mediaKey(HexFormat.of().parseHex(args[5]))
                .fileSha256(HexFormat.of().parseHex(args[6]))
                .fileEncSha256(HexFormat.of().parseHex(args[7]))
                .fileLength(Long.parseLong(args[8]))
                .build();
    }

    private static InputStream told(byte[] file) {
        // Not a subclass of ByteArrayInputStream, whose readNBytes takes one read for all there is.
        return new FilterInputStream(new ByteArrayInputStream(file)) {
            @Override
            public int read(byte[] bytes, int from, int length) throws IOException {
                say("step");
                return super.read(bytes, from, Math.min(length, STEP_BYTES));
            }
        };
    }

    private static synchronized void say(String line) {
        System.out.println(line);
    }
}
