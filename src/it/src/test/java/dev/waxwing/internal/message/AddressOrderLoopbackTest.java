package dev.waxwing.internal.message;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waxwing.model.content.Content;
import dev.waxwing.store.MemoryStore;
import dev.waxwing.testkit.LoopbackServer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A person is one chat, by number and by LID. */
final class AddressOrderLoopbackTest {

    @Test
    void givenAKnownPair_whenWrittenToByLidAndNumberAlternately_thenTheOrderOfCallsIsKept_B10() throws Exception {
        try (LoopbackServer server = LoopbackServer.start();
                Talker alice = Talker.link(server, "Alice", MemoryStore.create(), options -> options);
                Talker bob = Talker.link(server, "Bob", MemoryStore.create(), options -> options)) {
            bob.await(alice.say(bob, "hello"));
            alice.await(bob.say(alice, "hello yourself"));
            // A new start: what is known of Bob lies in the store alone.
            alice.disconnect();
            alice.reconnect();

            List<String> texts = new ArrayList<>();
            List<CompletableFuture<?>> sent = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                texts.add("number " + i);
                sent.add(alice.socket()
                        .sendMessage(i % 2 == 0 ? bob.lid() : bob.phoneNumber(), Content.text("number " + i)));
            }
            CompletableFuture.allOf(sent.toArray(CompletableFuture[]::new)).get(20, TimeUnit.SECONDS);
            bob.await(alice.say(bob, "that was all"));

            assertThat(bob.texts())
                    .filteredOn(text -> text.startsWith("number"))
                    .containsExactlyElementsOf(texts);
        }
    }
}
