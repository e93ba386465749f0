/**
 * The loopback server: an in-process server with simulated phones, so that programs can be tested without a phone and
 * without the network. Start at {@link dev.waxwing.testkit.LoopbackServer}.
 */
@NullMarked
package dev.waxwing.testkit;

import org.jspecify.annotations.NullMarked;
