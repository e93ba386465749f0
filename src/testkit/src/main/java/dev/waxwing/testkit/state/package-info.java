/**
 * What the simulated service is made of: its accounts and their devices, and the thread, time and chance of the server.
 */
@NullMarked
package dev.waxwing.testkit.state;

import org.jspecify.annotations.NullMarked;
