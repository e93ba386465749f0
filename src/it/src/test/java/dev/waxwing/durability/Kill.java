package dev.waxwing.durability;

import dev.waxwing.process.SteeredProcess;
import java.time.Duration;
import java.util.Random;

/**
 * When a client is killed.
 *
 * @param when what the amount counts, and from where
 * @param amount milliseconds or messages
 */
record Kill(When when, int amount) {

    private static final Duration LULL = Duration.ofSeconds(1);

    enum When {
        /** Milliseconds after its start: while it opens its store, connects or logs in. */
        AFTER_START,
        /** Milliseconds after it has logged in. */
        AFTER_OPEN,
        /** Messages acknowledged or heard, be it on the backlog. */
        AFTER_MESSAGES
    }

    static Kill random(Random random) {
        int dice = random.nextInt(10);
        if (dice < 2) {
            return new Kill(When.AFTER_START, 300 + random.nextInt(1700));
        }
        if (dice < 6) {
            return new Kill(When.AFTER_OPEN, 50 + random.nextInt(1450));
        }
        return new Kill(When.AFTER_MESSAGES, 1 + random.nextInt(300));
    }

    /** Waits for the moment. Messages that stay away are not waited for: they may need the other side to be alive. */
    void await(SteeredProcess client) throws InterruptedException {
        if (when != When.AFTER_START) {
            client.await("open");
        }
        if (when != When.AFTER_MESSAGES) {
            // The moment itself is what is random; nothing is waited for.
            Thread.sleep(amount);
            return;
        }
        for (int seen = 0; seen < amount; ) {
            String line = client.next(LULL);
            if (line == null) {
                return;
            }
            if (line.startsWith(CrashClient.ACKED) || line.startsWith(CrashClient.HEARD)) {
                seen++;
            }
        }
    }
}
