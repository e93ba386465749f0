package dev.waxwing.event;

import static java.util.Objects.requireNonNull;

import dev.waxwing.internal.arguments.Copies;
import java.time.Duration;
import java.util.List;

/**
 * The steps that one message took through a pipeline.
 *
 * @param id the message id
 * @param direction which pipeline
 * @param steps the steps in order, each with the time it took
 */
public record MessageTrace(String id, Direction direction, List<Step> steps) {

    /**
     * Copies the list.
     *
     * @param id the message id
     * @param direction which pipeline
     * @param steps the steps in order
     */
    public MessageTrace {
        requireNonNull(id, "id");
        requireNonNull(direction, "direction");
        steps = Copies.list(steps, "steps");
    }

    /** Which pipeline a message took. */
    public enum Direction {
        /** Eight steps from content to WebSocket. */
        SEND,
        /** Seven steps from WebSocket to event. */
        RECEIVE
    }

    /**
     * One step.
     *
     * @param name the step's name as in {@code docs/message-flow.md}
     * @param took how long it took, waiting for the network and for a turn included
     */
    public record Step(String name, Duration took) {
        /**
         * Checks the parts.
         *
         * @param name what was done
         * @param took how long it took
         */
        public Step {
            requireNonNull(name, "name");
            requireNonNull(took, "took");
        }
    }

    /**
     * The time from the first step's begin to the last step's end.
     *
     * @return the sum of the steps
     */
    public Duration total() {
        return steps.stream().map(Step::took).reduce(Duration.ZERO, Duration::plus);
    }
}
