package dev.waxwing.internal.pairing;

import static java.util.Objects.requireNonNull;

import dev.waxwing.error.ConnectionLostException;
import dev.waxwing.error.LoggedOutException;
import dev.waxwing.error.WaxwingException;
import dev.waxwing.internal.account.Self;
import dev.waxwing.internal.binary.Node;
import dev.waxwing.internal.stream.StanzaStream;
import dev.waxwing.model.Jid;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Takes this device off its account at the server. */
public final class Unlinking {

    private static final Duration TIMEOUT = Duration.ofSeconds(3);

    private final StanzaStream stream;
    private final Supplier<Self> self;
    private final Consumer<WaxwingException> stop;

    /**
     * Creates one for an account.
     *
     * @param stream where the server is asked
     * @param self who the account is now
     * @param stop ends the stream for good, for a reason
     */
    public Unlinking(StanzaStream stream, Supplier<Self> self, Consumer<WaxwingException> stop) {
        this.stream = requireNonNull(stream, "stream");
        this.self = requireNonNull(self, "self");
        this.stop = requireNonNull(stop, "stop");
    }

    /**
     * Unlinks this device, then stops the stream with {@link LoggedOutException}, whether or not the server answered.
     *
     * @return completes when the server confirmed; fails as {@link StanzaStream#request(Node)}, and then the phone
     *     still lists the device. Without a connection the stream goes on
     */
    public CompletableFuture<Void> logout() {
        Optional<Jid> me = self.get().me();
        if (me.isEmpty()) {
            return CompletableFuture.failedFuture(new ConnectionLostException("not linked yet"));
        }
        CompletableFuture<Node> asked = stream.request(remove(me.get()), TIMEOUT);
        if (asked.isCompletedExceptionally()) {
            // There was no connection to ask on.
            return asked.thenAccept(answer -> {});
        }
        CompletableFuture<Void> result = new CompletableFuture<>();
        asked.whenComplete((answer, failure) -> {
            stop.accept(new LoggedOutException("logged out by the application"));
            // The server may end the stream instead of answering: that is an answer too.
            if (failure == null || failure instanceof LoggedOutException) {
                result.complete(null);
            } else {
                result.completeExceptionally(failure);
            }
        });
        return result;
    }

    private static Node remove(Jid device) {
        return Node.builder("iq")
                .attr("to", Jid.SERVER)
                .attr("type", "set")
                .attr("xmlns", "md")
                .child(Node.builder("remove-companion-device")
                        .attr("jid", device)
                        .attr("reason", "user_initiated")
                        .build())
                .build();
    }
}
