/**
 * Waxwing's front door: open a {@link dev.waxwing.Socket} with a {@link dev.waxwing.SocketConfig}, link it, send
 * messages and listen to events.
 *
 * <pre>{@code
 * SocketConfig config = SocketConfig.builder().store(SqliteStore.at(Path.of("account.db"))).build();
 * Socket sock = Socket.builder(config)
 *         .on(Events.CONNECTION_UPDATE, update -> update.qr().ifPresent(TerminalQr::print))
 *         .on(Events.MESSAGES_UPSERT, (socket, batch) -> batch.messages().forEach(message ->
 *                 socket.sendMessage(message.key().remoteJid(), Content.text("You said: " + message.text()))))
 *         .start();
 * }</pre>
 */
@NullMarked
package dev.waxwing;

import org.jspecify.annotations.NullMarked;
