package dev.waxwing.internal.media;

import dev.waxwing.error.MediaFileException;
import dev.waxwing.internal.crypto.RandomBytes;
import dev.waxwing.internal.media.format.ContentHash;
import dev.waxwing.internal.media.format.EncryptedFile;
import dev.waxwing.internal.media.format.Encryption;
import dev.waxwing.internal.media.format.MediaKeys;
import dev.waxwing.internal.media.format.MediaType;
import dev.waxwing.internal.threads.AccountThreads;
import dev.waxwing.media.MediaCache;
import dev.waxwing.media.TransferOptions;
import dev.waxwing.model.MediaKind;
import dev.waxwing.model.MediaReference;
import dev.waxwing.model.content.MediaContent;
import dev.waxwing.model.content.MediaSource;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Files on their way out: encrypted to a temporary file, uploaded from there, remembered. */
final class Uploads {

    private static final Logger LOG = LoggerFactory.getLogger(Uploads.class);

    private final MediaPolicy policy;
    private final Uploader uploader;
    private final Downloads turns;
    private final MediaFiles files;
    private final AccountThreads threads;
    private final Clock clock;
    private final Enrichment enrichment;

    /** By content, so that a file that is sent to many at once is uploaded once. */
    private final Map<String, SharedUpload> underWay = new ConcurrentHashMap<>();

    Uploads(
            MediaPolicy policy,
            Uploader uploader,
            Downloads turns,
            MediaFiles files,
            AccountThreads threads,
            Clock clock) {
        this.policy = policy;
        this.uploader = uploader;
        this.turns = turns;
        this.files = files;
        this.threads = threads;
        this.clock = clock;
        enrichment = new Enrichment(files);
    }

    /**
     * Uploads the file of a content.
     *
     * @param content a content with a source; others are answered as they are
     * @return the content without a source
     */
    CompletableFuture<MediaContent> upload(MediaContent content, TransferOptions options) {
        if (content.source().isEmpty()) {
            return CompletableFuture.completedFuture(content);
        }
        MediaSource source = content.source().get();
        return Steps.then(
                turns.inTurn(() -> CompletableFuture.completedFuture(enrichment.enriched(content, source))),
                threads.continuations(),
                enriched -> upload(enriched, source, options));
    }

    private CompletableFuture<MediaContent> upload(MediaContent content, MediaSource source, TransferOptions options) {
        long most = Math.min(options.maxBytes().orElse(policy.mostBytes()), policy.mostBytes());
        Outgoing file = new Outgoing(content.kind(), source, most, options);
        MediaCache cache = policy.cache();
        CompletableFuture<MediaReference> uploaded =
                cache == null ? turns.inTurn(() -> begin(file)) : turns.onExecutor(() -> cached(file, cache));
        return Steps.then(
                uploaded,
                threads.continuations(),
                reference -> CompletableFuture.completedFuture(content.withReference(reference)));
    }

    private record Outgoing(MediaKind kind, MediaSource source, long most, TransferOptions options) {}

    private CompletableFuture<MediaReference> cached(Outgoing file, MediaCache cache) {
        return Steps.then(
                turns.inTurn(() -> ContentHash.start(file.source, file.most, threads.executor())),
                threads.continuations(),
                hash -> cached(
                        file,
                        cache,
                        MediaType.of(file.kind).path() + "/" + HexFormat.of().formatHex(hash)));
    }

    private CompletableFuture<MediaReference> cached(Outgoing file, MediaCache cache, String key) {
        Optional<MediaReference> known = cache.get(key);
        if (known.isPresent()) {
            return CompletableFuture.completedFuture(as(file.kind, known.get()));
        }
        Optional<CompletableFuture<MediaReference>> joined = Optional.empty();
        while (joined.isEmpty()) {
            SharedUpload mine = new SharedUpload();
            SharedUpload other = underWay.putIfAbsent(key, mine);
            joined = (other == null ? mine : other).join();
            if (other == null) {
                begin(file, cache, key, mine);
            } else if (joined.isEmpty()) {
                underWay.remove(key, other);
            }
        }
        return Steps.then(
                joined.get(),
                threads.continuations(),
                reference -> CompletableFuture.completedFuture(as(file.kind, reference)));
    }

    private void begin(Outgoing file, MediaCache cache, String key, SharedUpload shared) {
        CompletableFuture<MediaReference> begun =
                Steps.then(turns.inTurn(() -> begin(file)), threads.continuations(), reference -> {
                    try {
                        cache.put(key, reference);
                    } catch (RuntimeException e) {
                        LOG.warn("An upload could not be remembered", e);
                    }
                    return CompletableFuture.completedFuture(reference);
                });
        begun.whenComplete((reference, failure) -> underWay.remove(key, shared));
        shared.follow(begun);
    }

    private static MediaReference as(MediaKind kind, MediaReference reference) {
        if (reference.kind() == kind) {
            return reference;
        }
        MediaReference.Builder same = MediaReference.builder(kind)
                .directPath(reference.directPath())
                .url(reference.url())
                .mediaKey(reference.mediaKey())
                .fileSha256(reference.fileSha256())
                .fileEncSha256(reference.fileEncSha256())
                .streamingSidecar(reference.streamingSidecar())
                .fileLength(reference.fileLength());
        reference.mediaKeyTimestamp().ifPresent(same::mediaKeyTimestamp);
        return same.build();
    }

    private CompletableFuture<MediaReference> begin(Outgoing file) {
        byte[] mediaKey = RandomBytes.next(MediaKeys.MEDIA_KEY_BYTES);
        MediaType type = MediaType.of(file.kind);
        Path temporary = files.createTemporary();
        CompletableFuture<MediaReference> uploaded;
        try {
            boolean plays = type == MediaType.VIDEO || type == MediaType.AUDIO;
            CompletableFuture<EncryptedFile> encrypted = Encryption.start(
                    file.source.open(),
                    temporary,
                    MediaKeys.derive(mediaKey, type.info()),
                    plays,
                    file.most,
                    threads.executor());
            uploaded = Steps.then(encrypted, threads.continuations(), ready -> send(file, type, mediaKey, ready));
        } catch (IOException e) {
            uploaded = CompletableFuture.failedFuture(new MediaFileException("reading the file to send", e));
        } catch (RuntimeException e) {
            uploaded = CompletableFuture.failedFuture(e);
        }
        return Steps.lastly(uploaded, threads.continuations(), () -> MediaFiles.delete(temporary));
    }

    private CompletableFuture<MediaReference> send(
            Outgoing file, MediaType type, byte[] mediaKey, EncryptedFile encrypted) {
        Progress progress = file.options
                .progress()
                .map(listener -> new Progress(listener, threads.listeners()))
                .orElse(null);
        if (progress != null) {
            progress.total(encrypted.length());
        }
        CompletableFuture<Uploader.Location> uploaded =
                uploader.upload(encrypted, type, progress == null ? bytes -> {} : progress);
        return Steps.then(
                uploaded,
                threads.continuations(),
                location -> CompletableFuture.completedFuture(MediaReference.builder(file.kind)
                        .url(location.url())
                        .directPath(location.directPath())
                        .mediaKey(mediaKey)
                        .fileSha256(encrypted.sha256())
                        .fileEncSha256(encrypted.encSha256())
                        .streamingSidecar(encrypted.sidecar())
                        .fileLength(encrypted.plainLength())
                        .mediaKeyTimestamp(clock.instant())
                        .build()));
    }
}
