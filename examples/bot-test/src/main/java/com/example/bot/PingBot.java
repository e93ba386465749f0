package com.example.bot;

import dev.waxwing.Socket;
import dev.waxwing.event.Events;
import dev.waxwing.model.content.Content;

/** Answers "pong" to everybody who writes "ping". */
final class PingBot {

    private PingBot() {}

    static void start(Socket socket) {
        socket.ev()
                .on(
                        Events.MESSAGES_UPSERT,
                        batch -> batch.messages().stream()
                                .filter(message -> message.text().equals("ping"))
                                .forEach(message ->
                                        socket.sendMessage(message.key().remoteJid(), Content.text("pong"))));
    }
}
