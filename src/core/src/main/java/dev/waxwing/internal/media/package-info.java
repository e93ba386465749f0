/**
 * Files in messages: keys, encryption as streams, transfers from and to the media hosts, and what is asked of the phone
 * when a file is gone. All that blocks runs on the account's executor, in steps, so that a large file delays no message.
 */
@NullMarked
package dev.waxwing.internal.media;

import org.jspecify.annotations.NullMarked;
