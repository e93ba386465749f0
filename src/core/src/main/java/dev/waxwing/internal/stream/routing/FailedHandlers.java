package dev.waxwing.internal.stream.routing;

import dev.waxwing.error.ConnectionLostException;
import dev.waxwing.error.PeerKeyRejectedException;
import dev.waxwing.error.ProtocolViolationException;
import dev.waxwing.error.RequestTimeoutException;
import dev.waxwing.error.SocketClosedException;
import dev.waxwing.error.StoreFailedException;
import dev.waxwing.error.WaxwingException;
import dev.waxwing.internal.binary.Node;
import dev.waxwing.internal.threads.Failures;
import java.util.concurrent.CancellationException;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * What the server is owed when a handler failed. The rule: a stanza whose effect may still be stored another time must
 * come again, so it gets no answer; all else is answered, or the server would deliver it on every connection and end
 * the stream over it.
 */
public final class FailedHandlers {

    private FailedHandlers() {}

    static Acknowledgement answer(Node stanza, Throwable failure) {
        Throwable cause = Failures.unwrap(failure);
        if (mayPass(cause)) {
            return Acknowledgement.NOTHING;
        }
        if (!Acks.isMessage(stanza)) {
            return Acknowledgement.ACK;
        }
        return Acknowledgement.nack(
                cause instanceof ProtocolViolationException
                        ? Acknowledgement.PARSING_ERROR
                        : Acknowledgement.UNHANDLED_ERROR);
    }

    /**
     * Whether it was the stanza's own fault.
     *
     * @return what is wrong with it, null if something else failed
     */
    static @Nullable WaxwingException refusal(Throwable failure) {
        Throwable cause = Failures.unwrap(failure);
        return cause instanceof ProtocolViolationException || cause instanceof PeerKeyRejectedException
                ? (WaxwingException) cause
                : null;
    }

    /** What the library has a name for needs no stack trace; anything else is a bug to be found. */
    static void log(Logger log, Node stanza, Throwable failure) {
        Throwable cause = Failures.unwrap(failure);
        if (cause instanceof SocketClosedException || cause instanceof ConnectionLostException) {
            // The application wanted it so, or the network did, which is told elsewhere. The stanza comes again.
            log.debug("the handler of {} was cut off: {}", stanza, cause.toString());
        } else if (cause instanceof WaxwingException) {
            log.warn("the handler of {} failed: {}", stanza, cause.toString());
        } else {
            log.error("the handler of {} failed", stanza, cause);
        }
    }

    private static boolean mayPass(Throwable cause) {
        return cause instanceof StoreFailedException
                || cause instanceof SocketClosedException
                || cause instanceof ConnectionLostException
                || cause instanceof RequestTimeoutException
                || cause instanceof RejectedExecutionException
                || cause instanceof CancellationException
                || cause instanceof VirtualMachineError;
    }
}
