/**
 * Waxwing's front door: open a {@link dev.waxwing.Socket} with a {@link dev.waxwing.SocketConfig}, link it, send messages and
 * listen to events.
 *
 * <pre>{@code
 * Socket sock = Socket.connect(SocketConfig.builder().store(SqliteStore.at(Path.of("account.db"))).build());
 * sock.ev().on(Events.CONNECTION_UPDATE, update -> update.qr().ifPresent(TerminalQr::print));
 * sock.ev().on(Events.MESSAGES_UPSERT, batch -> batch.messages().forEach(message ->
 *         sock.sendMessage(message.key().remoteJid(), Content.text("You said: " + message.text()))));
 * }</pre>
 */
@NullMarked
package dev.waxwing;

import org.jspecify.annotations.NullMarked;
