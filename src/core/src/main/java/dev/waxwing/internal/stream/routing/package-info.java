/**
 * What comes in finds its handler: routes by tag, type and child, the order in which handlers are called, how much may
 * be with them at a time, and the acknowledgements that the server gets.
 */
@NullMarked
package dev.waxwing.internal.stream.routing;

import org.jspecify.annotations.NullMarked;
