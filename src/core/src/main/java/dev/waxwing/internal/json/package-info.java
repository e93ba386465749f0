/** The little JSON that the service writes: indexes of actions, answers of hosts and of queries. Used by every layer. */
@NullMarked
package dev.waxwing.internal.json;

import org.jspecify.annotations.NullMarked;
