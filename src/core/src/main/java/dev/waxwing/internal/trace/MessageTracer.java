package dev.waxwing.internal.trace;

import static java.util.Objects.requireNonNull;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.waxwing.event.Events;
import dev.waxwing.event.MessageTrace;
import dev.waxwing.event.MessageTrace.Direction;
import dev.waxwing.internal.binary.Node;
import dev.waxwing.internal.event.EventDispatcher;
import dev.waxwing.internal.stream.link.WireObserver;
import dev.waxwing.internal.threads.LoopTimer;
import org.jspecify.annotations.Nullable;

/**
 * Publishes which steps a message took. The steps above the wire are reported by the pipelines, those on it by the
 * stream; they meet here by message id. Does nothing unless tracing is on.
 */
public final class MessageTracer implements WireObserver {

    /** A message whose other half never comes, such as one lost with its connection, is forgotten. */
    private static final int REMEMBERED = 1_000;

    private final EventDispatcher events;
    private final LoopTimer timer;

    /** Null while tracing is off, since an idle account should cost little. */
    private final @Nullable Traces traces;

    /**
     * Makes one for an account.
     *
     * @param events where traces are published
     * @param enabled whether they are
     * @param timer tells the time
     */
    public MessageTracer(EventDispatcher events, boolean enabled, LoopTimer timer) {
        this.events = requireNonNull(events, "events");
        this.timer = requireNonNull(timer, "timer");
        this.traces = enabled ? new Traces(clocks(), clocks()) : null;
    }

    /**
     * A message begins its way out.
     *
     * @return notes when its steps end
     */
    public PipelineTimes begin() {
        return new PipelineTimes(timer::nanoTime);
    }

    @Override
    public long nanoTime() {
        return timer.nanoTime();
    }

    /**
     * Steps 1 to 5 are done; 6 to 8 come from the stream.
     *
     * @param id the message's id
     * @param steps those that are done
     */
    public void awaitWire(String id, PipelineTimes steps) {
        if (traces != null) {
            traces.sending.put(id, steps);
        }
    }

    @Override
    public void written(Node stanza, long encodedNanos, long sealedNanos, long writtenNanos) {
        PipelineTimes steps = traces == null ? null : take(traces.sending, stanza);
        if (steps != null) {
            steps.endedAt("binary", encodedNanos);
            steps.endedAt("noise", sealedNanos);
            steps.endedAt("websocket", writtenNanos);
            publish(stanza.requireAttr("id"), Direction.SEND, steps);
        }
    }

    @Override
    public void read(Node stanza, long arrivedNanos, long framedNanos, long openedNanos, long decodedNanos) {
        String id = stanza.attr("id");
        if (traces == null || id == null || !stanza.tag().equals("message")) {
            return;
        }
        PipelineTimes steps = new PipelineTimes(timer::nanoTime, arrivedNanos);
        steps.endedAt("websocket", framedNanos);
        steps.endedAt("noise", openedNanos);
        steps.endedAt("binary", decodedNanos);
        traces.receiving.put(id, steps);
    }

    /**
     * The steps of a message that the stream has just read.
     *
     * @param id the message's id
     * @return its steps so far; a clock of its own if tracing is off
     */
    public PipelineTimes received(String id) {
        PipelineTimes steps = traces == null ? null : traces.receiving.getIfPresent(id);
        return steps == null ? begin() : steps;
    }

    /**
     * The last step of receiving is done.
     *
     * @param id the message's id
     */
    public void delivered(String id) {
        if (traces == null) {
            return;
        }
        PipelineTimes steps = traces.receiving.getIfPresent(id);
        if (steps != null) {
            traces.receiving.invalidate(id);
            steps.ended("event");
            publish(id, Direction.RECEIVE, steps);
        }
    }

    private static Cache<String, PipelineTimes> clocks() {
        return Caffeine.newBuilder().maximumSize(REMEMBERED).build();
    }

    private static @Nullable PipelineTimes take(Cache<String, PipelineTimes> clocks, Node stanza) {
        String id = stanza.attr("id");
        if (id == null || !stanza.tag().equals("message")) {
            return null;
        }
        PipelineTimes steps = clocks.getIfPresent(id);
        clocks.invalidate(id);
        return steps;
    }

    private void publish(String id, Direction direction, PipelineTimes steps) {
        events.publish(Events.MESSAGE_TRACE, new MessageTrace(id, direction, steps.steps()));
    }

    /** By message id: what has been reported of messages that are on their way. */
    private record Traces(Cache<String, PipelineTimes> sending, Cache<String, PipelineTimes> receiving) {}
}
