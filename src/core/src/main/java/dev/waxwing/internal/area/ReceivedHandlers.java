package dev.waxwing.internal.area;

import dev.waxwing.error.StoreFailedException;
import dev.waxwing.proto.e2e.ProtocolMessage;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Who takes which type of protocol message. Safe on any thread. */
public final class ReceivedHandlers {

    private static final Logger LOG = LoggerFactory.getLogger(ReceivedHandlers.class);

    private final Map<ProtocolMessage.Type, ReceivedHandler> handlers = new ConcurrentHashMap<>();

    /** Creates a table without handlers. */
    public ReceivedHandlers() {}

    void put(ProtocolMessage.Type type, ReceivedHandler handler) {
        Objects.requireNonNull(handler, "handler");
        if (handlers.putIfAbsent(type, handler) != null) {
            throw new IllegalStateException("there is a handler for protocol messages of type " + type + " already");
        }
    }

    /**
     * Hands a message to the area that registered for its type, if there is one. A handler that throws loses what the
     * message brings, but not the message: only a store that fails ends the transaction.
     *
     * @param received the message
     * @param transaction the transaction that opened it
     * @throws StoreFailedException if the store fails
     */
    public void take(ReceivedProtocol received, ReceivedTransaction transaction) {
        ReceivedHandler handler = handlers.get(received.message().getType());
        if (handler == null) {
            return;
        }
        try {
            handler.received(received, transaction);
        } catch (StoreFailedException e) {
            throw e;
        } catch (RuntimeException e) {
            LOG.error(
                    "The handler of {} failed on message {} of {}",
                    received.message().getType(),
                    received.id(),
                    received.sender(),
                    e);
        }
    }
}
