package dev.waxwing.internal.delivery;

import static java.util.Objects.requireNonNull;

import dev.waxwing.error.ServerRefusedException;
import dev.waxwing.internal.account.PublicIdentity;
import dev.waxwing.internal.account.Self;
import dev.waxwing.internal.address.LidMappings;
import dev.waxwing.internal.binary.Node;
import dev.waxwing.internal.content.MessageIds;
import dev.waxwing.internal.content.MessagePadding;
import dev.waxwing.internal.content.MessageStanza;
import dev.waxwing.internal.device.SessionBuilder;
import dev.waxwing.internal.stream.StanzaStream;
import dev.waxwing.model.Jid;
import dev.waxwing.proto.e2e.Message;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/** Tells the account's own phone something that nobody else gets: requests for messages, keys, history. Thread-safe. */
public final class OwnPhone {

    private final Supplier<Self> self;
    private final Supplier<PublicIdentity> keys;
    private final LidMappings lids;
    private final SessionBuilder sessionBuilder;
    private final StanzaStream stream;
    private final Executor executor;
    private final Clock clock;
    private final Duration ackTimeout;

    /**
     * Creates one for an account.
     *
     * @param parts what the account has
     * @param ackTimeout how long a message waits for its ack before it goes out again; positive
     */
    public OwnPhone(MessagingParts parts, Duration ackTimeout) {
        self = parts.self();
        keys = parts.keys();
        lids = parts.lids();
        sessionBuilder = parts.sessionBuilder();
        stream = parts.stream();
        executor = parts.threads().executor();
        clock = parts.clock();
        this.ackTimeout = requireNonNull(ackTimeout, "ackTimeout");
    }

    /**
     * Sends a message to the phone. Not for the event loop.
     *
     * @param message what to say
     * @return completes when the server has it, which keeps it for a phone that is off; fails if there is no session
     *     with the phone and none can be made, or the server refuses the message
     */
    public CompletableFuture<Void> tell(Message message) {
        Jid phone = self.get().me().orElseThrow().person();
        Jid device = lids.canonical(phone);
        return sessionBuilder
                .ensureSessions(List.of(device))
                .thenComposeAsync(built -> send(message, phone, device), executor);
    }

    private CompletableFuture<Void> send(Message message, Jid phone, Jid device) {
        byte[] padded = MessagePadding.pad(message.toByteArray());
        Node stanza = lids.inTransaction(List.of(device), peers -> {
            if (!peers.hasSession(device)) {
                throw new IllegalStateException("there is no session with the own phone");
            }
            return MessageStanza.toOwnPhone(
                    MessageIds.next(phone, clock.instant()),
                    phone,
                    peers.encrypt(device, padded),
                    keys.get().deviceIdentity());
        });
        return stream.sendAwaitingAck(stanza, ackTimeout).thenAccept(ack -> {
            int error = ack.intAttr("error", 0);
            if (error != 0) {
                throw new ServerRefusedException("message", error, "", null);
            }
        });
    }
}
