package dev.waxwing.model;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;

/**
 * A file on the service's media hosts, as a message tells of it: where it lies, its keys and hashes. Whoever has it can
 * download the file, so it is a secret; {@link #toString} shows none of it. Immutable. What was received may be wrong in
 * every part: downloading checks it.
 */
public final class MediaReference {

    private static final byte[] NONE = {};

    private final MediaKind kind;
    private final String directPath;
    private final String url;
    private final byte[] mediaKey;
    private final byte[] fileSha256;
    private final byte[] fileEncSha256;
    private final byte[] streamingSidecar;
    private final long fileLength;
    private final Instant mediaKeyTimestamp;

    private MediaReference(Builder builder) {
        kind = builder.kind;
        directPath = builder.directPath;
        url = builder.url;
        mediaKey = builder.mediaKey;
        fileSha256 = builder.fileSha256;
        fileEncSha256 = builder.fileEncSha256;
        streamingSidecar = builder.streamingSidecar;
        fileLength = builder.fileLength;
        mediaKeyTimestamp = builder.mediaKeyTimestamp;
    }

    /**
     * Starts a reference of nothing but its kind.
     *
     * @param kind what the file is shown as, which its keys depend on
     * @return a new builder
     */
    public static Builder builder(MediaKind kind) {
        return new Builder(requireNonNull(kind, "kind"));
    }

    /**
     * Starts from this reference.
     *
     * @return a new builder
     */
    public Builder toBuilder() {
        Builder builder = new Builder(kind);
        builder.directPath = directPath;
        builder.url = url;
        builder.mediaKey = mediaKey;
        builder.fileSha256 = fileSha256;
        builder.fileEncSha256 = fileEncSha256;
        builder.streamingSidecar = streamingSidecar;
        builder.fileLength = fileLength;
        builder.mediaKeyTimestamp = mediaKeyTimestamp;
        return builder;
    }

    /**
     * What the file is shown as.
     *
     * @return the kind
     */
    public MediaKind kind() {
        return kind;
    }

    /**
     * Where the file lies on every media host.
     *
     * @return path and query, empty if there is none
     */
    public String directPath() {
        return directPath;
    }

    /**
     * Where the file lies on one host.
     *
     * @return the address, empty if there is none; only of use without a {@link #directPath()}
     */
    public String url() {
        return url;
    }

    /**
     * The key that the file's keys are derived from.
     *
     * @return a copy, 32 bytes if it is in order, empty if there is none
     */
    public byte[] mediaKey() {
        return mediaKey.clone();
    }

    /**
     * Hash of the file.
     *
     * @return a copy of the SHA-256, empty if it is not said
     */
    public byte[] fileSha256() {
        return fileSha256.clone();
    }

    /**
     * Hash of the encrypted form.
     *
     * @return a copy of the SHA-256, empty if it is not said
     */
    public byte[] fileEncSha256() {
        return fileEncSha256.clone();
    }

    /**
     * What lets a receiver play a recording or a video before all of it has come.
     *
     * @return a copy, ten bytes for each 64 KiB, empty if there is none
     */
    public byte[] streamingSidecar() {
        return streamingSidecar.clone();
    }

    /**
     * Length of the file.
     *
     * @return bytes, 0 if it is not said
     */
    public long fileLength() {
        return fileLength;
    }

    /**
     * When the key was made.
     *
     * @return the time, to the second, empty if it is not said
     */
    public Optional<Instant> mediaKeyTimestamp() {
        return mediaKeyTimestamp.equals(Instant.EPOCH) ? Optional.empty() : Optional.of(mediaKeyTimestamp);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof MediaReference reference
                && kind == reference.kind
                && directPath.equals(reference.directPath)
                && url.equals(reference.url)
                && fileLength == reference.fileLength
                && mediaKeyTimestamp.equals(reference.mediaKeyTimestamp)
                && Arrays.equals(mediaKey, reference.mediaKey)
                && Arrays.equals(fileSha256, reference.fileSha256)
                && Arrays.equals(fileEncSha256, reference.fileEncSha256)
                && Arrays.equals(streamingSidecar, reference.streamingSidecar);
    }

    @Override
    public int hashCode() {
        return Objects.hash(kind, directPath, fileLength, Arrays.hashCode(fileEncSha256));
    }

    /** Shows kind and length, never where the file lies or its keys. */
    @Override
    public String toString() {
        return "MediaReference[" + kind + ", " + fileLength + " bytes]";
    }

    /** Builds a {@link MediaReference}; not safe for use by several threads. */
    public static final class Builder {

        private final MediaKind kind;
        private String directPath = "";
        private String url = "";
        private byte[] mediaKey = NONE;
        private byte[] fileSha256 = NONE;
        private byte[] fileEncSha256 = NONE;
        private byte[] streamingSidecar = NONE;
        private long fileLength;
        private Instant mediaKeyTimestamp = Instant.EPOCH;

        private Builder(MediaKind kind) {
            this.kind = kind;
        }

        /**
         * Where the file lies on every media host. Default: nowhere.
         *
         * @param directPath path and query
         * @return this builder
         */
        public Builder directPath(String directPath) {
            this.directPath = requireNonNull(directPath, "directPath");
            return this;
        }

        /**
         * Where the file lies on one host. Default: nowhere.
         *
         * @param url the address
         * @return this builder
         */
        public Builder url(String url) {
            this.url = requireNonNull(url, "url");
            return this;
        }

        /**
         * The key that the file's keys are derived from. Default: none.
         *
         * @param mediaKey 32 bytes; others are refused when the file is downloaded
         * @return this builder
         */
        public Builder mediaKey(byte[] mediaKey) {
            this.mediaKey = requireNonNull(mediaKey, "mediaKey").clone();
            return this;
        }

        /**
         * Hash of the file. Default: not known, and not checked.
         *
         * @param fileSha256 a SHA-256
         * @return this builder
         */
        public Builder fileSha256(byte[] fileSha256) {
            this.fileSha256 = requireNonNull(fileSha256, "fileSha256").clone();
            return this;
        }

        /**
         * Hash of the encrypted form. Default: not known, and not checked.
         *
         * @param fileEncSha256 a SHA-256
         * @return this builder
         */
        public Builder fileEncSha256(byte[] fileEncSha256) {
            this.fileEncSha256 = requireNonNull(fileEncSha256, "fileEncSha256").clone();
            return this;
        }

        /**
         * What lets a receiver play before all has come. Default: none.
         *
         * @param streamingSidecar ten bytes for each 64 KiB
         * @return this builder
         */
        public Builder streamingSidecar(byte[] streamingSidecar) {
            this.streamingSidecar =
                    requireNonNull(streamingSidecar, "streamingSidecar").clone();
            return this;
        }

        /**
         * Length of the file. Default 0: not known, and not checked.
         *
         * @param fileLength bytes
         * @return this builder
         * @throws IllegalArgumentException if it is negative
         */
        public Builder fileLength(long fileLength) {
            if (fileLength < 0) {
                throw new IllegalArgumentException("fileLength must not be negative but was " + fileLength);
            }
            this.fileLength = fileLength;
            return this;
        }

        /**
         * When the key was made. Default: not known.
         *
         * @param mediaKeyTimestamp the time; kept to the second
         * @return this builder
         */
        public Builder mediaKeyTimestamp(Instant mediaKeyTimestamp) {
            this.mediaKeyTimestamp = Instant.ofEpochSecond(
                    requireNonNull(mediaKeyTimestamp, "mediaKeyTimestamp").getEpochSecond());
            return this;
        }

        /**
         * Freezes the reference.
         *
         * @return the reference
         */
        public MediaReference build() {
            return new MediaReference(this);
        }
    }
}
