package dev.waxwing.scaling;

import static java.util.Objects.requireNonNull;

import dev.waxwing.model.Jid;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * How a batch is sent. Immutable.
 *
 * <pre>{@code
 * BatchOptions options = BatchOptions.builder()
 *         .skipIf(optedOut::contains)
 *         .listener((recipient, outcome, progress) -> log.info("{} of {}", progress.done(), progress.total()))
 *         .build();
 * }</pre>
 */
public final class BatchOptions {

    private final int mostInFlight;
    private final @Nullable Pacing pacing;
    private final @Nullable Duration deadline;
    private final Predicate<? super Jid> skipIf;
    private final BatchListener listener;
    private final Function<? super Jid, @Nullable String> messageIds;

    private BatchOptions(Builder values) {
        mostInFlight = values.mostInFlight;
        pacing = values.pacing;
        deadline = values.deadline;
        skipIf = values.skipIf;
        listener = values.listener;
        messageIds = values.messageIds;
    }

    /**
     * Starts with every default in place.
     *
     * @return a new builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * How many messages may be under way at once.
     *
     * @return a positive number
     */
    public int mostInFlight() {
        return mostInFlight;
    }

    /**
     * How fast messages are started.
     *
     * @return the pacing, empty for the default of whom the batch is given to
     */
    public Optional<Pacing> pacing() {
        return Optional.ofNullable(pacing);
    }

    /**
     * How long messages may be started.
     *
     * @return a positive time, empty for no bound
     */
    public Optional<Duration> deadline() {
        return Optional.ofNullable(deadline);
    }

    /**
     * Whom to leave out.
     *
     * @return the predicate
     */
    public Predicate<? super Jid> skipIf() {
        return skipIf;
    }

    /**
     * Who hears of each recipient.
     *
     * @return the listener
     */
    public BatchListener listener() {
        return listener;
    }

    /**
     * The ids to send the messages under.
     *
     * @return given a recipient, the id, or null for a new one
     */
    public Function<? super Jid, @Nullable String> messageIds() {
        return messageIds;
    }

    /** Collects values; each setter checks what it is given. Not thread-safe. */
    public static final class Builder {

        private static final int MOST_IN_FLIGHT = 1_000;

        private int mostInFlight = 32;
        private @Nullable Pacing pacing;
        private @Nullable Duration deadline;
        private Predicate<? super Jid> skipIf = recipient -> false;
        private BatchListener listener = (recipient, outcome, progress) -> {};
        private Function<? super Jid, @Nullable String> messageIds = recipient -> null;

        private Builder() {}

        /**
         * How many messages may be under way at once, from their start to the server's acknowledgement; default 32.
         *
         * @param messages 1 to 1,000
         * @return this builder
         */
        public Builder mostInFlight(int messages) {
            if (messages < 1 || messages > MOST_IN_FLIGHT) {
                throw new IllegalArgumentException(
                        "mostInFlight must be 1 to " + MOST_IN_FLIGHT + " but was " + messages);
            }
            this.mostInFlight = messages;
            return this;
        }

        /**
         * How fast messages are started. Default on a socket: {@link Pacing#POLITE}. Default on a pool: none beside the
         * pool's own, which paces each socket.
         *
         * @param pacing the pacing
         * @return this builder
         */
        public Builder pacing(Pacing pacing) {
            this.pacing = requireNonNull(pacing, "pacing");
            return this;
        }

        /**
         * How long messages may be started, from the call; default as long as it takes. After that the batch stops as
         * if cancelled, and the recipients not reached are {@link BatchOutcome.NotSent} with reason {@code DEADLINE}.
         *
         * @param deadline positive
         * @return this builder
         */
        public Builder deadline(Duration deadline) {
            if (requireNonNull(deadline, "deadline").isNegative() || deadline.isZero()) {
                throw new IllegalArgumentException("deadline must be positive but was " + deadline);
            }
            this.deadline = deadline;
            return this;
        }

        /**
         * Whom to leave out, asked just before a message would be started: people who opted out, even while the batch
         * runs. May block, and then holds up its own batch alone. Default nobody.
         *
         * @param skipIf true for a recipient who gets nothing
         * @return this builder
         */
        public Builder skipIf(Predicate<? super Jid> skipIf) {
            this.skipIf = requireNonNull(skipIf, "skipIf");
            return this;
        }

        /**
         * Who hears of each recipient. Default nobody.
         *
         * @param listener called once for each recipient
         * @return this builder
         */
        public Builder listener(BatchListener listener) {
            this.listener = requireNonNull(listener, "listener");
            return this;
        }

        /**
         * The ids to send the messages under, see {@code SendOptions.messageId}: an application that died in the middle
         * of a batch sends it again with the same ids, and those who have the message do not get it twice. Default new
         * ones.
         *
         * @param messageIds given a recipient, an id that belongs to this recipient and this batch alone; null for a
         *     new one
         * @return this builder
         */
        public Builder messageIds(Function<? super Jid, @Nullable String> messageIds) {
            this.messageIds = requireNonNull(messageIds, "messageIds");
            return this;
        }

        /**
         * Freezes the values.
         *
         * @return the options
         */
        public BatchOptions build() {
            return new BatchOptions(this);
        }
    }
}
