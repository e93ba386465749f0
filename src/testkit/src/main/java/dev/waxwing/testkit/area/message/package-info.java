/** Messages and receipts: whom one reaches, in which parts, and the queue for devices that are offline. */
@NullMarked
package dev.waxwing.testkit.area.message;

import org.jspecify.annotations.NullMarked;
