package dev.waxwing.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.waxwing.Socket;
import dev.waxwing.event.Events;
import dev.waxwing.media.TransferOptions;
import dev.waxwing.model.Jid;
import dev.waxwing.model.content.Content;
import dev.waxwing.model.content.MediaContent;
import dev.waxwing.model.content.MediaSource;
import dev.waxwing.model.content.WebMessage;
import dev.waxwing.process.ServerTrust;
import dev.waxwing.store.SqliteStore;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * An account that sends and fetches files, in a process of its own. Arguments: the server's URI, the folder with its
 * keys, the folder of the store. Says {@code qr <text>} and {@code open <jid>}; takes {@code send <jid> <file>}, answered
 * with {@code sent <milliseconds>}, and {@code fetch <file>}, which fetches the next file that comes and is answered with
 * {@code fetched <milliseconds>}.
 */
final class MediaClient {

    private final Socket socket;
    private final Path folder;
    private final BlockingQueue<WebMessage> files = new LinkedBlockingQueue<>();

    private MediaClient(Socket socket, Path folder) {
        this.socket = socket;
        this.folder = folder;
    }

    public static void main(String[] args) throws Exception {
        Path folder = Path.of(args[2]);
        try (SqliteStore store = SqliteStore.at(folder.resolve("account.db"));
                Socket socket = Socket.connect(ServerTrust.config(args[0], Path.of(args[1]))
                        .store(store)
                        .linking(linking -> linking.pushName("media"))
                        .media(media -> media.temporaryFolder(folder.resolve("temporary")))
                        .build())) {
            new MediaClient(socket, folder).run();
        }
    }

    private void run() throws Exception {
        socket.ev().on(Events.CONNECTION_UPDATE, update -> update.qr().ifPresent(qr -> say("qr " + qr)));
        socket.ev()
                .on(
                        Events.MESSAGES_UPSERT,
                        batch -> batch.messages().stream()
                                .filter(message -> message.content() instanceof MediaContent)
                                .forEach(files::add));
        socket.whenOpen()
                .thenRun(() -> say("open " + socket.user().orElseThrow().withoutDevice()));
        BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, UTF_8));
        for (String line = commands.readLine(); line != null; line = commands.readLine()) {
            String[] words = line.split(" ", -1);
            long begun = System.nanoTime();
            if (words[0].equals("send")) {
                socket.sendMessage(
                                Jid.parse(words[1]), Content.document(MediaSource.file(Path.of(words[2])), "large.bin"))
                        .join();
                say("sent " + (System.nanoTime() - begun) / 1_000_000);
            } else {
                WebMessage message = files.take();
                begun = System.nanoTime();
                socket.media()
                        .downloadTo(
                                message,
                                folder.resolve(words[1]),
                                TransferOptions.builder().build())
                        .join();
                say("fetched " + (System.nanoTime() - begun) / 1_000_000);
            }
        }
    }

    private static synchronized void say(String line) {
        System.out.println(line);
    }
}
