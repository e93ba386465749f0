package dev.waxwing.internal.media;

import dev.waxwing.error.MediaCorruptedException;
import dev.waxwing.error.MediaCorruptedException.Fault;
import dev.waxwing.error.MediaTooLargeException;
import dev.waxwing.error.ProtocolViolationException;
import dev.waxwing.internal.media.format.ByteSpan;
import dev.waxwing.internal.media.format.Decryption;
import dev.waxwing.internal.media.format.Decryption.Expectation;
import dev.waxwing.internal.media.format.MediaFormat;
import dev.waxwing.internal.media.format.MediaKeys;
import dev.waxwing.internal.media.format.MediaType;
import dev.waxwing.internal.threads.AccountThreads;
import dev.waxwing.internal.transport.HttpCall;
import dev.waxwing.internal.transport.HttpHead;
import dev.waxwing.internal.transport.HttpReceiver;
import dev.waxwing.model.MediaReference;
import java.io.OutputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.LongConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Fetches files and decrypts them (06, section 6). */
public final class Downloader {

    private static final int OK = 200;
    private static final int PARTIAL = 206;

    private static final Pattern CONTENT_RANGE = Pattern.compile("bytes (\\d{1,18})-\\d{1,18}/(\\d{1,18}|\\*)");

    private final MediaPolicy policy;
    private final HostTurns turns;
    private final MediaHttp http;
    private final AccountThreads threads;

    Downloader(MediaPolicy policy, HostTurns turns, MediaHttp http, AccountThreads threads) {
        this.policy = policy;
        this.turns = turns;
        this.http = http;
        this.threads = threads;
    }

    /**
     * Where a file lies.
     *
     * @param host the one host that has it; null for every host of the service
     * @param target path and query there
     */
    private record Place(@Nullable MediaHost host, String target) {}

    /**
     * Downloads a file, and goes on where it was if the connection is lost in between.
     *
     * @param reference what its message says of it
     * @param type by which its keys are derived
     * @param mostBytes how long it may be
     * @param target takes what is decrypted, on the executor; not to be trusted before the future has completed; not
     *     closed
     * @param progress told how many bytes of the encrypted form have come; on the event loop, so it must not block
     * @return completes with the length of the file, once it is known to be the one that the message tells of; fails
     *     with {@link MediaCorruptedException}, {@link MediaTooLargeException}, {@link
     *     dev.waxwing.error.ServerRefusedException} if no host has it
     */
    public CompletableFuture<Long> download(
            MediaReference reference, MediaType type, long mostBytes, OutputStream target, LongConsumer progress) {
        MediaKeys keys;
        Place place;
        try {
            keys = keys(reference, type);
            place = place(reference);
            if (reference.fileLength() > mostBytes) {
                throw new MediaTooLargeException("download", mostBytes);
            }
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
        Expectation expected =
                new Expectation(reference.fileSha256(), reference.fileEncSha256(), reference.fileLength(), mostBytes);
        Decryption decryption = new Decryption(keys, expected, target, threads.executor());
        CompletableFuture<HttpHead> fetched = turns.run((connection, host) -> {
            Receiver receiver = new Receiver(decryption, progress);
            Map<String, String> headers =
                    decryption.received() == 0 ? Map.of() : Map.of("Range", "bytes=" + decryption.received() + "-");
            return succeeded(http.get(place.host == null ? host : place.host, place.target, headers, receiver));
        });
        return Steps.then(fetched, threads.continuations(), head -> decryption.finish());
    }

    /** Any status is an answer to HTTP; a download needs one of two. */
    private CompletableFuture<HttpHead> succeeded(CompletableFuture<HttpHead> exchange) {
        return Steps.then(exchange, threads.continuations(), head -> {
            if (head.status() != OK && head.status() != PARTIAL) {
                throw SmallAnswer.refusal("media download", head);
            }
            return CompletableFuture.completedFuture(head);
        });
    }

    /**
     * Downloads a part of a file, which cannot be authenticated.
     *
     * @param reference what its message says of it
     * @param type by which its keys are derived
     * @param span the part
     * @return completes with the part, shorter if the file ends within it
     */
    CompletableFuture<byte[]> range(MediaReference reference, MediaType type, ByteSpan span) {
        MediaKeys keys;
        Place place;
        try {
            keys = keys(reference, type);
            place = place(reference);
            if (reference.fileLength() == 0) {
                throw new MediaCorruptedException(Fault.MESSAGE, "it does not say how long the file is", null);
            }
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
        if (span.from() >= reference.fileLength()) {
            return CompletableFuture.completedFuture(new byte[0]);
        }
        long end = Math.min(
                span.encryptedTo(), MediaFormat.encryptedLength(reference.fileLength()) - MediaFormat.MAC_BYTES);
        int length = Math.toIntExact(end - span.encryptedFrom());
        SmallAnswer[] last = new SmallAnswer[1];
        CompletableFuture<HttpHead> fetched = turns.run((connection, host) -> {
            SmallAnswer answer = new SmallAnswer(length);
            last[0] = answer;
            return succeeded(http.get(
                    place.host == null ? host : place.host,
                    place.target,
                    Map.of("Range", "bytes=" + span.encryptedFrom() + "-" + (end - 1)),
                    answer));
        });
        return Steps.then(fetched, threads.continuations(), head -> {
            byte[] bytes = last[0].bytes();
            if (head.status() != PARTIAL || start(head) != span.encryptedFrom() || bytes.length != length) {
                throw new MediaCorruptedException(Fault.LENGTH, "the part that came is another", null);
            }
            return CompletableFuture.completedFuture(span.decrypt(keys, bytes, reference.fileLength()));
        });
    }

    private static MediaKeys keys(MediaReference reference, MediaType type) {
        byte[] mediaKey = reference.mediaKey();
        if (mediaKey.length != MediaKeys.MEDIA_KEY_BYTES) {
            throw new MediaCorruptedException(Fault.MESSAGE, "its key has " + mediaKey.length + " bytes", null);
        }
        return MediaKeys.derive(mediaKey, type.info());
    }

    private Place place(MediaReference reference) {
        String directPath = reference.directPath();
        if (!directPath.isEmpty() && HttpCall.isTarget(directPath)) {
            return new Place(null, directPath);
        }
        try {
            URI url = new URI(reference.url());
            String target = url.getRawPath() + (url.getRawQuery() == null ? "" : "?" + url.getRawQuery());
            if ("https".equalsIgnoreCase(url.getScheme())
                    && url.getHost() != null
                    && url.getRawUserInfo() == null
                    && HttpCall.isTarget(target)) {
                if (!policy.allows(url.getHost())) {
                    throw new ProtocolViolationException("a message names a media host that is not the service's");
                }
                return new Place(new MediaHost(url.getHost(), url.getPort() < 0 ? 443 : url.getPort()), target);
            }
        } catch (URISyntaxException e) {
            throw new MediaCorruptedException(Fault.MESSAGE, "its address is malformed", e);
        }
        throw new MediaCorruptedException(Fault.MESSAGE, "it does not say where the file lies", null);
    }

    /** Where the part begins that comes; 0 if the host does not say. */
    private static long start(HttpHead head) {
        Matcher range = CONTENT_RANGE.matcher(head.header("content-range").orElse(""));
        return range.matches() ? Long.parseLong(range.group(1)) : 0;
    }

    /** Takes one answer. Event loop only. */
    private static final class Receiver implements HttpReceiver {

        private final Decryption decryption;
        private final LongConsumer progress;

        /** How much comes again that was there before. */
        private long repeated;

        Receiver(Decryption decryption, LongConsumer progress) {
            this.decryption = decryption;
            this.progress = progress;
        }

        @Override
        public boolean head(HttpHead head) {
            long before = decryption.received();
            if (head.status() == OK) {
                repeated = before;
                head.contentLength().ifPresent(decryption::requireLength);
                return true;
            }
            if (head.status() == PARTIAL) {
                if (start(head) != before) {
                    throw new ProtocolViolationException("a media host goes on at another place than it was asked for");
                }
                return true;
            }
            return false;
        }

        @Override
        public CompletionStage<Void> body(byte[] bytes) {
            byte[] fresh = bytes;
            if (repeated > 0) {
                int skipped = (int) Math.min(repeated, bytes.length);
                repeated -= skipped;
                fresh = Arrays.copyOfRange(bytes, skipped, bytes.length);
            }
            CompletableFuture<Void> taken = decryption.take(fresh);
            progress.accept(decryption.received());
            return taken;
        }
    }
}
