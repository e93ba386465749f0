/**
 * Many messages over several sockets: which socket gets which message and when, and batches. Knows sockets by {@code
 * PoolSocket} alone. All state of a pool or a batch is confined to its lane, an executor that runs one task after
 * another.
 */
@NullMarked
package dev.waxwing.internal.pool;

import org.jspecify.annotations.NullMarked;
