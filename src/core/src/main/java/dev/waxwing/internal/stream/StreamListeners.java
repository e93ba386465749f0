package dev.waxwing.internal.stream;

import dev.waxwing.error.WaxwingException;
import dev.waxwing.internal.binary.Node;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Several listeners as one; what one throws keeps nothing from the others. */
final class StreamListeners implements StreamListener {

    private static final Logger LOG = LoggerFactory.getLogger(StreamListeners.class);

    private final List<StreamListener> all = new CopyOnWriteArrayList<>();

    void add(StreamListener listener) {
        all.add(Objects.requireNonNull(listener, "listener"));
    }

    @Override
    public void stateChanged(StreamState state) {
        each(listener -> listener.stateChanged(state));
    }

    @Override
    public void loggedIn(Node success) {
        each(listener -> listener.loggedIn(success));
    }

    @Override
    public void edgeRouting(byte[] routingInfo) {
        each(listener -> listener.edgeRouting(routingInfo));
    }

    @Override
    public void offlinePreview(Node preview) {
        each(listener -> listener.offlinePreview(preview));
    }

    @Override
    public void offlineFinished(int count) {
        each(listener -> listener.offlineFinished(count));
    }

    @Override
    public void refused(Node stanza, WaxwingException reason) {
        each(listener -> listener.refused(stanza, reason));
    }

    private void each(Consumer<StreamListener> call) {
        for (StreamListener listener : all) {
            try {
                call.accept(listener);
            } catch (RuntimeException e) {
                LOG.error("a stream listener failed", e);
            }
        }
    }
}
