/**
 * The areas of the service that the loopback server offers, one class for each; they join it by {@link
 * dev.waxwing.testkit.server.ServerArea}. What two of them share, such as the groups or the offline queue, both are
 * given.
 */
@NullMarked
package dev.waxwing.testkit.area;

import org.jspecify.annotations.NullMarked;
