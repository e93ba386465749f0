/**
 * One connection to the server that carries stanzas: WebSocket, frame length, Noise and node codec put together, and
 * what this client says of itself when it connects.
 */
@NullMarked
package dev.waxwing.internal.stream.link;

import org.jspecify.annotations.NullMarked;
