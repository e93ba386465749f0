/** The server's half of the Noise handshake, and the certificates that clients check. */
@NullMarked
package dev.waxwing.testkit.noise;

import org.jspecify.annotations.NullMarked;
