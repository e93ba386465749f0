package dev.waxwing.internal.media;

import static java.util.Objects.requireNonNull;

import dev.waxwing.error.MediaExpiredException;
import dev.waxwing.error.ServerRefusedException;
import dev.waxwing.error.WaxwingException;
import dev.waxwing.internal.area.Area;
import dev.waxwing.internal.area.AreaContext;
import dev.waxwing.internal.area.ConnectionGate;
import dev.waxwing.internal.area.Registrations;
import dev.waxwing.internal.media.format.ByteSpan;
import dev.waxwing.internal.threads.AccountThreads;
import dev.waxwing.internal.threads.AsyncSemaphore;
import dev.waxwing.media.Media;
import dev.waxwing.media.TransferOptions;
import dev.waxwing.model.MediaReference;
import dev.waxwing.model.content.Content;
import dev.waxwing.model.content.MediaContent;
import dev.waxwing.model.content.WebMessage;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Files in messages: uploads what is sent, downloads what is asked for, asks the phone for what is gone. */
public final class MediaArea implements Area, Media {

    private static final Logger LOG = LoggerFactory.getLogger(MediaArea.class);

    /** What is older than that belongs to no transfer that still runs. */
    private static final Duration ABANDONED_AFTER = Duration.ofDays(1);

    private static final Duration GATE_PATIENCE = Duration.ofSeconds(60);
    private static final Duration DEFAULT_REUPLOAD = Duration.ofSeconds(60);
    private static final TransferOptions DEFAULT = TransferOptions.builder().build();

    private final MediaPolicy policy;
    private final AccountThreads threads;
    private final ConnectionGate gate;
    private final MediaFiles files;
    private final Downloader downloader;
    private final Downloads downloads;
    private final Uploads uploads;
    private final Reuploads reuploads;
    private final AreaContext context;

    /**
     * Creates the area.
     *
     * @param context what areas are given
     * @param policy how files are sent and fetched
     */
    public MediaArea(AreaContext context, MediaPolicy policy) {
        this.context = requireNonNull(context, "context");
        this.policy = requireNonNull(policy, "policy");
        threads = context.threads();
        gate = new ConnectionGate(threads.timer(), threads.executor());
        files = new MediaFiles(policy.folder());
        HostTurns turns =
                new HostTurns(new MediaConnections(context.stream(), gate, threads.timer(), GATE_PATIENCE), threads);
        MediaHttp http = new MediaHttp(policy, threads);
        downloader = new Downloader(policy, turns, http, threads);
        downloads = new Downloads(policy, downloader, new AsyncSemaphore(policy.atOnce()), files, threads);
        uploads = new Uploads(policy, new Uploader(turns, http, threads), downloads, files, threads, context.clock());
        reuploads = new Reuploads(context);
    }

    @Override
    public void register(Registrations on) {
        reuploads.register(on);
        try {
            threads.executor().execute(this::sweep);
        } catch (RejectedExecutionException e) {
            LOG.debug("Nothing is swept: the account ends already");
        }
    }

    private void sweep() {
        int swept = files.sweep(context.clock().instant().minus(ABANDONED_AFTER));
        if (swept > 0) {
            LOG.info("{} temporary files of earlier runs are deleted", swept);
        }
    }

    @Override
    public void opened() {
        gate.open();
    }

    @Override
    public void interrupted() {
        gate.shut();
    }

    @Override
    public CompletionStage<Void> ended(WaxwingException reason) {
        gate.close(reason);
        reuploads.close(reason);
        downloads.close(reason);
        return CompletableFuture.completedFuture(null);
    }

    /**
     * Downloads for other areas: what is not part of a message.
     *
     * @return the downloader
     */
    public Downloader downloader() {
        return downloader;
    }

    /**
     * Uploads the file of a content that is to be sent.
     *
     * @param content any content
     * @return completes with content that can be sent at once
     */
    public CompletableFuture<Content> prepared(Content content) {
        return content instanceof MediaContent media
                ? Steps.then(
                        uploads.upload(media, DEFAULT),
                        threads.continuations(),
                        CompletableFuture::<Content>completedFuture)
                : CompletableFuture.completedFuture(content);
    }

    @Override
    public CompletableFuture<byte[]> download(WebMessage message, TransferOptions options) {
        requireNonNull(options, "options");
        return download(message, downloads.toMemory(options));
    }

    @Override
    public CompletableFuture<Path> downloadTo(WebMessage message, Path file, TransferOptions options) {
        requireFile(file);
        requireNonNull(options, "options");
        return download(message, downloads.toFile(file, options));
    }

    @Override
    public CompletableFuture<Long> downloadTo(WebMessage message, OutputStream target, TransferOptions options) {
        requireNonNull(target, "target");
        requireNonNull(options, "options");
        return download(message, downloads.toStream(target, options));
    }

    @Override
    public CompletableFuture<Path> downloadTo(MediaReference reference, Path file, TransferOptions options) {
        requireNonNull(reference, "reference");
        requireFile(file);
        requireNonNull(options, "options");
        return threads.handOut(expiry(downloads.toFile(file, options).apply(reference)));
    }

    private static void requireFile(Path file) {
        Path name = requireNonNull(file, "file").getFileName();
        if (name == null || name.toString().isEmpty() || Files.isDirectory(file)) {
            throw new IllegalArgumentException("file must be the name of a file, not of a folder");
        }
    }

    @Override
    public CompletableFuture<byte[]> downloadRange(MediaReference reference, long from, long to) {
        requireNonNull(reference, "reference");
        if (from < 0 || to <= from || to - from > policy.mostInMemory()) {
            throw new IllegalArgumentException("from and to must be 0 <= from < to, at most " + policy.mostInMemory()
                    + " bytes apart, but were " + from + ", " + to);
        }
        return threads.handOut(expiry(downloads.range(reference, new ByteSpan(from, to))));
    }

    private <T> CompletableFuture<T> download(WebMessage message, Downloads.Way<T> way) {
        MediaReference reference = MessageMedia.of(requireNonNull(message, "message"));
        CompletableFuture<T> downloaded = Steps.orElse(
                way.apply(reference),
                threads.continuations(),
                failure -> isGone(failure) && policy.reuploadTimeout() != null ? again(message, reference, way) : null);
        return threads.handOut(expiry(downloaded));
    }

    private <T> CompletableFuture<T> again(WebMessage message, MediaReference reference, Downloads.Way<T> way) {
        LOG.debug("The file of message {} is gone; the phone is asked for it", message.id());
        return Steps.then(
                reuploaded(message, reference),
                threads.continuations(),
                path -> way.apply(reference.toBuilder().directPath(path).build()));
    }

    /** After everything was tried, a file that is not there is one that has expired. */
    private <T> CompletableFuture<T> expiry(CompletableFuture<T> download) {
        return Steps.orElse(
                download,
                threads.continuations(),
                failure -> isGone(failure)
                        ? CompletableFuture.failedFuture(
                                new MediaExpiredException("no media host has it", false, failure))
                        : null);
    }

    private static boolean isGone(Throwable failure) {
        return failure instanceof ServerRefusedException refused
                && (refused.code() == 403 || refused.code() == 404 || refused.code() == 410);
    }

    @Override
    public CompletableFuture<WebMessage> updateMediaMessage(WebMessage message) {
        MediaReference reference = MessageMedia.of(requireNonNull(message, "message"));
        return threads.handOut(Steps.then(
                reuploaded(message, reference),
                threads.continuations(),
                path -> CompletableFuture.completedFuture(MessageMedia.moved(message, path))));
    }

    private CompletableFuture<String> reuploaded(WebMessage message, MediaReference reference) {
        Duration patience = policy.reuploadTimeout() == null ? DEFAULT_REUPLOAD : policy.reuploadTimeout();
        return Steps.then(
                gate.await(0, GATE_PATIENCE),
                threads.continuations(),
                opening -> reuploads.ask(message.key(), reference.mediaKey(), patience));
    }

    @Override
    @SuppressWarnings("unchecked") // Uploading gives back a content of the same class.
    public <C extends MediaContent> CompletableFuture<C> upload(C content, TransferOptions options) {
        requireNonNull(content, "content");
        requireNonNull(options, "options");
        return threads.handOut((CompletableFuture<C>) uploads.upload(content, options));
    }
}
