package dev.waxwing.internal.stream;

import dev.waxwing.internal.crypto.RandomBytes;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Ids of requests: two random numbers for the process's run, then a counter, as Baileys writes them. Safe on any
 * thread.
 */
final class StanzaIds {

    private final String prefix = RandomBytes.nextInt(1 << 16) + "." + RandomBytes.nextInt(1 << 16) + "-";
    private final AtomicLong counter = new AtomicLong();

    String next() {
        return prefix + counter.incrementAndGet();
    }
}
