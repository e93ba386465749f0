/**
 * The areas of the service that the loopback server offers, one class for each; they join it by
 * {@link dev.waxwing.testkit.server.ServerArea} and know nothing of one another.
 */
@NullMarked
package dev.waxwing.testkit.area;

import org.jspecify.annotations.NullMarked;
