/** What this account shows and allows whom, whom it has blocked, and what the service restricts it in. */
@NullMarked
package dev.waxwing.privacy;

import org.jspecify.annotations.NullMarked;
