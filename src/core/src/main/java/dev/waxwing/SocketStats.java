package dev.waxwing;

import static java.util.Objects.requireNonNull;

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
public record SocketStats(Socket socket, ConnectionUpdate.State state, long sent, long failed, int pending) {
    /**
     * Checks the parts.
     *
     * @param socket the socket
     * @param state its state
     * @param sent how many messages it sent
     * @param failed how many failed
     * @param pending how many are pending
     */
    public SocketStats {
        requireNonNull(socket, "socket");
        requireNonNull(state, "state");
    }
}
