/**
 * The byte pipe to the server: TCP, proxy, TLS, WebSocket. It knows nothing of frames, keys or stanzas, starts no
 * thread, and never blocks the event loop it is given.
 */
@NullMarked
package dev.waxwing.internal.transport;

import org.jspecify.annotations.NullMarked;
