@NullMarked
package dev.waxwing.testkit;

import org.jspecify.annotations.NullMarked;
