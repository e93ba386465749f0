/** Programs to start from. */
@NullMarked
package dev.waxwing.examples;

import org.jspecify.annotations.NullMarked;
