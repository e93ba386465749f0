package dev.waxwing.internal.pool;

import dev.waxwing.model.Jid;
import dev.waxwing.model.MessageKey;
import dev.waxwing.model.SentMessage;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** A socket that takes messages and does with them what the test says. */
final class FakeSocket implements PoolSocket<String> {

    final List<Taken> taken = new ArrayList<>();
    final Set<String> known = new HashSet<>();
    Set<Jid> names = Set.of();

    /** Holds back the answer about each of these chats until its future completes. */
    final Map<Jid, CompletableFuture<Void>> namesLater = new HashMap<>();

    boolean open = true;

    /** Completes the answers to {@link #knows}, if the test wants to decide when. */
    CompletableFuture<Void> answers = CompletableFuture.completedFuture(null);

    @Override
    public boolean isOpen() {
        return open;
    }

    @Override
    public GivenMessage send(String message) {
        Taken next = new Taken(message);
        taken.add(next);
        return next;
    }

    @Override
    public CompletableFuture<Boolean> knows(String messageId) {
        return answers.thenApply(now -> known.contains(messageId));
    }

    @Override
    public CompletableFuture<Set<Jid>> namesOf(Jid chat) {
        Set<Jid> answer = names.contains(chat) ? names : Set.of();
        return namesLater
                .getOrDefault(chat, CompletableFuture.completedFuture(null))
                .thenApply(now -> answer);
    }

    /** What it was given, in order, what was taken back included. */
    List<String> texts() {
        return taken.stream().map(message -> message.text).toList();
    }

    Taken last() {
        return taken.get(taken.size() - 1);
    }

    /** A message with this socket; not stored until the test says so. */
    static final class Taken implements GivenMessage {

        final String text;
        private final CompletableFuture<SentMessage> result = new CompletableFuture<>();
        boolean stored;
        boolean withdrawn;

        Taken(String text) {
            this.text = text;
        }

        @Override
        public CompletableFuture<SentMessage> result() {
            return result;
        }

        @Override
        public boolean withdraw() {
            if (stored) {
                return false;
            }
            withdrawn = true;
            result.cancel(false);
            return true;
        }

        void acknowledge() {
            acknowledge(Jid.phone("15551230000"), Optional.empty());
        }

        void acknowledge(Jid chat, Optional<Jid> otherForm) {
            stored = true;
            MessageKey key = MessageKey.builder(chat, true, text)
                    .remoteJidAlt(otherForm.orElse(null))
                    .build();
            result.complete(new SentMessage(key, Instant.EPOCH));
        }

        void fail(Throwable reason) {
            result.completeExceptionally(reason);
        }
    }
}
