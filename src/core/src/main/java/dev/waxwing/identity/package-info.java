/** Who people are by their keys: safety numbers to compare, and the confirmation of keys that changed. */
@NullMarked
package dev.waxwing.identity;

import org.jspecify.annotations.NullMarked;
