/** Queries that are documents with an id and variables in JSON: who answers which. */
@NullMarked
package dev.waxwing.testkit.area.mex;

import org.jspecify.annotations.NullMarked;
