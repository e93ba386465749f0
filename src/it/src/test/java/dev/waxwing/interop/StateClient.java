package dev.waxwing.interop;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.waxwing.Socket;
import dev.waxwing.SocketConfig;
import dev.waxwing.chat.Label;
import dev.waxwing.chat.LastMessages;
import dev.waxwing.event.Events;
import dev.waxwing.model.Jid;
import dev.waxwing.model.MessageKey;
import dev.waxwing.process.ServerTrust;
import dev.waxwing.store.SqliteStore;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * A Waxwing of {@link AppStateChaosIT} in a process of its own, to be killed. Arguments: the server's URI, the folder
 * with what makes it trusted, its store, its push name. Says {@code qr <text>}, {@code open <device>}, {@code done <n>}
 * when the server has change n, and {@code failed <n> <why>}, which must never come. Takes {@code change <n> <what>
 * <chat> <on>} and {@code resync <n>}.
 */
final class StateClient {

    private final Socket socket;

    private StateClient(SocketConfig config) {
        socket = Socket.builder(config)
                .on(Events.CONNECTION_UPDATE, update -> update.qr().ifPresent(qr -> say("qr " + qr)))
                .start();
    }

    public static void main(String[] args) throws Exception {
        try (SqliteStore store = SqliteStore.at(Path.of(args[2]))) {
            StateClient client = new StateClient(ServerTrust.config(args[0], Path.of(args[1]))
                    .store(store)
                    .linking(linking -> linking.pushName(args[3]))
                    .build());
            client.run();
            client.socket.close();
        }
    }

    private void run() throws Exception {
        socket.whenOpen().thenRun(() -> say("open " + socket.user().orElseThrow()));
        BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, UTF_8));
        for (String line = commands.readLine(); line != null; line = commands.readLine()) {
            String[] words = line.split(" ");
            CompletableFuture<Void> call = words[0].equals("change")
                    ? change(words[2], Jid.parse(words[3]), Boolean.parseBoolean(words[4]))
                    : socket.chats().resyncAppState();
            call.whenComplete((done, failure) ->
                    say(failure == null ? "done " + words[1] : "failed " + words[1] + " " + failure));
        }
    }

    private CompletableFuture<Void> change(String what, Jid chat, boolean on) {
        Instant now = Instant.ofEpochSecond(1_760_000_000);
        MessageKey key = MessageKey.of(chat, false, "3EB0AA");
        return switch (what) {
            case "pin" -> socket.chats().pin(chat, on);
            case "mute" ->
                on ? socket.chats().muteForever(chat) : socket.chats().unmute(chat);
            case "read" -> socket.chats().markRead(chat, on, LastMessages.of(key, now));
            case "star" -> socket.chats().star(List.of(key), on);
            case "label" ->
                on ? socket.chats().addChatLabel(chat, "7") : socket.chats().removeChatLabel(chat, "7");
            default -> socket.chats().addLabel(Label.of("7", "label " + on, 4));
        };
    }

    private static synchronized void say(String line) {
        System.out.println(line);
    }
}
