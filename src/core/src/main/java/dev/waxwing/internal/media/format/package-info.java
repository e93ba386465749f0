/**
 * The format of encrypted files: keys, encryption and decryption as streams, hashes beside them. It knows nothing of
 * hosts and messages.
 */
@NullMarked
package dev.waxwing.internal.media.format;

import org.jspecify.annotations.NullMarked;
