/**
 * Several sockets as one, and many recipients at once: what {@code SocketPool} and {@code sendAll} are told, and what
 * they answer.
 *
 * <p>For contacts who agreed to hear from the account. The defaults are slow on purpose, and
 * {@link dev.waxwing.scaling.BatchOptions.Builder#skipIf skipIf} is where an application says who opted out.
 */
@NullMarked
package dev.waxwing.scaling;

import org.jspecify.annotations.NullMarked;
