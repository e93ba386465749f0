/**
 * The format of the application state, which the service calls syncd: keys, hashes and MACs, snapshots and patches, and
 * the rows in which a collection is kept. Nothing here speaks to a server.
 */
@NullMarked
package dev.waxwing.internal.sync.syncd;

import org.jspecify.annotations.NullMarked;
