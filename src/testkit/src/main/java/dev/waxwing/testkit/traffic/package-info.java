/** What goes over the connections: its journal for assertions, and the faults that a test asks for. */
@NullMarked
package dev.waxwing.testkit.traffic;

import org.jspecify.annotations.NullMarked;
