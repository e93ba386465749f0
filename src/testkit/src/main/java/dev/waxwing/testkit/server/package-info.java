/**
 * The engine of the loopback server: transport, connections, accounts, pairing, login, and the seams by which
 * {@linkplain dev.waxwing.testkit.server.ServerArea areas} of the service join it.
 *
 * <p>All state belongs to one thread, the world's: no class here locks, and the order in which stanzas are accepted is
 * the order in which they are delivered.
 */
@NullMarked
package dev.waxwing.testkit.server;

import org.jspecify.annotations.NullMarked;
