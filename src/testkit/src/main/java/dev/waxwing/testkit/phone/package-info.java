/**
 * The simulated phones as Signal devices: what device 0 of an account decrypts, keeps and sends. A phone works on a
 * thread of its own and only once somebody uses it, so that the server's thread encrypts nothing.
 */
@NullMarked
package dev.waxwing.testkit.phone;

import org.jspecify.annotations.NullMarked;
