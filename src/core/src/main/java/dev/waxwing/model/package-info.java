/** Values: addresses, message keys, messages and content. All of them are immutable. */
@NullMarked
package dev.waxwing.model;

import org.jspecify.annotations.NullMarked;
