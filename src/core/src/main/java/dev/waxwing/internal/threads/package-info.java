/**
 * Threads and time: which thread runs what, in which order, and when. Nothing else in the library starts a thread,
 * makes an executor or lets the JDK wait for it; whoever needs one of these takes it from {@link
 * dev.waxwing.internal.threads.AccountThreads}.
 */
@NullMarked
package dev.waxwing.internal.threads;

import org.jspecify.annotations.NullMarked;
