package dev.waxwing;

import dev.waxwing.event.ConnectionUpdate;

/**
 * What a socket of a pool has done and has to do.
 *
 * @param socket the socket
 * @param state its connection now
 * @param sent messages of the pool that the server acknowledged, since the socket joined
 * @param failed messages of the pool that failed with this socket, since it joined
 * @param pending messages of the pool that are with this socket and not acknowledged, and those that wait for their
 *     turn with it alone
 */
public record SocketStats(Socket socket, ConnectionUpdate.State state, long sent, long failed, int pending) {}
