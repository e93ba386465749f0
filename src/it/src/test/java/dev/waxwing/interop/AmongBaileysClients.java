package dev.waxwing.interop;

import static dev.waxwing.interop.BaileysProcess.fields;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.waxwing.event.EventKey;
import dev.waxwing.model.Jid;
import dev.waxwing.testkit.LoopbackServer;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** Three people on a server of their own: Alice with Waxwing, Bob and Carol with stock Baileys. */
abstract class AmongBaileysClients {

    private static final long PATIENCE_SECONDS = 45;

    LoopbackServer server;
    WaxwingClient alice;
    BaileysClient bob;
    BaileysClient carol;

    @BeforeEach
    final void link() throws Exception {
        server = LoopbackServer.start();
        alice = WaxwingClient.link(server, "alice", "Alice");
        bob = BaileysClient.link(server, "bob", "Bob");
        carol = BaileysClient.link(server, "carol", "Carol");
    }

    @AfterEach
    @SuppressWarnings("try") // opened only to be closed
    final void stop() throws Exception {
        try (LoopbackServer s = server;
                WaxwingClient a = alice;
                BaileysClient b = bob;
                BaileysClient c = carol) {
            // Each is closed, the server last, even if one of them fails; null ones are passed over.
        }
    }

    /** A group that a Baileys client makes, of which it has the address at once. */
    static Jid groupOf(BaileysClient creator, String... others) throws Exception {
        ObjectNode create = fields().put("subject", "Birds");
        ArrayNode participants = create.putArray("participants");
        for (String other : others) {
            participants.add(other);
        }
        return Jid.parse(
                creator.process().call("groupCreate", create).path("jid").asText());
    }

    /** Keeps what Waxwing tells from now on. */
    final <T> BlockingQueue<T> listen(EventKey<T> key) {
        BlockingQueue<T> heard = new LinkedBlockingQueue<>();
        alice.socket().ev().on(key, heard::add);
        return heard;
    }

    static <T> T next(BlockingQueue<T> heard) throws InterruptedException {
        return next(heard, event -> true);
    }

    /** The next that is wanted; others before it are passed over. */
    static <T> T next(BlockingQueue<T> heard, Predicate<T> wanted) throws InterruptedException {
        T event;
        do {
            event = heard.poll(PATIENCE_SECONDS, SECONDS);
            assertThat(event).as("an event").isNotNull();
        } while (!wanted.test(event));
        return event;
    }

    static <T> T done(CompletableFuture<T> future) throws Exception {
        return future.get(PATIENCE_SECONDS, SECONDS);
    }
}
