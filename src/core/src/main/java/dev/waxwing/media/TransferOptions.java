package dev.waxwing.media;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** How one file is downloaded or uploaded; made by {@link #builder()}. Immutable. */
public final class TransferOptions {

    private final @Nullable TransferListener progress;
    private final long maxBytes;

    private TransferOptions(Builder builder) {
        progress = builder.progress;
        maxBytes = builder.maxBytes;
    }

    /**
     * Starts from the defaults named at each setter.
     *
     * @return a new builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Who hears how far it is.
     *
     * @return the listener, empty for nobody
     */
    public Optional<TransferListener> progress() {
        return Optional.ofNullable(progress);
    }

    /**
     * How long the file may be.
     *
     * @return bytes, empty for what the configuration says
     */
    public OptionalLong maxBytes() {
        return maxBytes == 0 ? OptionalLong.empty() : OptionalLong.of(maxBytes);
    }

    /** Builds {@link TransferOptions}; not safe for use by several threads. */
    public static final class Builder {

        private @Nullable TransferListener progress;
        private long maxBytes;

        private Builder() {}

        /**
         * Who hears how far it is. Default: nobody.
         *
         * @param progress the listener
         * @return this builder
         */
        public Builder progress(TransferListener progress) {
            this.progress = requireNonNull(progress, "progress");
            return this;
        }

        /**
         * How long the file may be. Default: what the configuration says.
         *
         * @param maxBytes 1 or more
         * @return this builder
         * @throws IllegalArgumentException if it is below 1
         */
        public Builder maxBytes(long maxBytes) {
            if (maxBytes < 1) {
                throw new IllegalArgumentException("maxBytes must be positive but was " + maxBytes);
            }
            this.maxBytes = maxBytes;
            return this;
        }

        /**
         * Freezes the options.
         *
         * @return the options
         */
        public TransferOptions build() {
            return new TransferOptions(this);
        }
    }
}
