/**
 * One account from its start to its end: its life, the only list of its areas, and what sockets, pools and batches ask
 * of it. {@code dev.waxwing} shows it to users as a socket.
 */
@NullMarked
package dev.waxwing.internal.runtime;

import org.jspecify.annotations.NullMarked;
