package dev.waxwing.durability;

import dev.waxwing.testkit.LoopbackServer;
import dev.waxwing.testkit.traffic.JournalEntry;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Looks at every stanza of a server as it passes, which may be more than its journal keeps. */
final class StanzaTap {

    private final AtomicReference<@Nullable RuntimeException> failure = new AtomicReference<>();

    private StanzaTap() {}

    /**
     * Starts to look, at what is in the journal and at all that follows.
     *
     * @param look called on the server's thread, in order
     */
    static StanzaTap on(LoopbackServer server, Consumer<JournalEntry> look) {
        StanzaTap tap = new StanzaTap();
        // Waits for a stanza that never comes, until the server ends it.
        server.journal().await(entry -> {
            tap.see(entry, look);
            return false;
        });
        return tap;
    }

    private void see(JournalEntry entry, Consumer<JournalEntry> look) {
        try {
            look.accept(entry);
        } catch (RuntimeException e) {
            failure.compareAndSet(null, e);
        }
    }

    /** What looking at a stanza threw first, if it did: what came of the looking is then not to be trusted. */
    Optional<RuntimeException> failure() {
        return Optional.ofNullable(failure.get());
    }
}
