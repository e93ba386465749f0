package dev.waxwing.internal.media;

import dev.waxwing.error.MediaFileException;
import dev.waxwing.error.WaxwingException;
import dev.waxwing.internal.media.format.ByteSpan;
import dev.waxwing.internal.media.format.MediaFormat;
import dev.waxwing.internal.media.format.MediaType;
import dev.waxwing.internal.threads.AccountThreads;
import dev.waxwing.internal.threads.AsyncSemaphore;
import dev.waxwing.media.TransferOptions;
import dev.waxwing.model.MediaReference;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** Downloads to where the application wants them, each in its turn. */
final class Downloads {

    private final MediaPolicy policy;
    private final Downloader downloader;
    private final AsyncSemaphore turns;
    private final MediaFiles files;
    private final AccountThreads threads;
    private final Map<Object, CompletableFuture<?>> running = new ConcurrentHashMap<>();
    private volatile @Nullable WaxwingException end;

    Downloads(
            MediaPolicy policy, Downloader downloader, AsyncSemaphore turns, MediaFiles files, AccountThreads threads) {
        this.policy = policy;
        this.downloader = downloader;
        this.turns = turns;
        this.files = files;
        this.threads = threads;
    }

    /** A way to download a file whose reference may become another. */
    interface Way<T> extends Function<MediaReference, CompletableFuture<T>> {}

    Way<byte[]> toMemory(TransferOptions options) {
        long most = Math.min(options.maxBytes().orElse(policy.mostInMemory()), policy.mostInMemory());
        return reference -> {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            return Steps.then(
                    transfer(reference, options, most, bytes),
                    threads.continuations(),
                    length -> CompletableFuture.completedFuture(bytes.toByteArray()));
        };
    }

    Way<Path> toFile(Path file, TransferOptions options) {
        return reference -> onExecutor(() -> {
            MediaFiles.Part part = MediaFiles.Part.open(file);
            CompletableFuture<Path> kept = Steps.then(
                    transfer(reference, options, most(options), Channels.newOutputStream(part.channel())),
                    threads.continuations(),
                    length -> CompletableFuture.completedFuture(part.keep()));
            return Steps.lastly(kept, threads.continuations(), part::drop);
        });
    }

    Way<Long> toStream(OutputStream target, TransferOptions options) {
        return reference -> onExecutor(() -> {
            Path temporary = files.createTemporary();
            OutputStream out = open(temporary);
            CompletableFuture<Long> downloaded = transfer(reference, options, most(options), out);
            CompletableFuture<Long> copied = Steps.then(downloaded, threads.listeners(), length -> {
                try (out) {
                    out.flush();
                } catch (IOException e) {
                    throw new MediaFileException("writing what is downloaded", e);
                }
                try {
                    Files.copy(temporary, target);
                    target.flush();
                } catch (IOException e) {
                    throw new MediaFileException("writing to the stream of the application", e);
                }
                return CompletableFuture.completedFuture(length);
            });
            return Steps.lastly(copied, threads.continuations(), () -> {
                close(out);
                MediaFiles.delete(temporary);
            });
        });
    }

    CompletableFuture<byte[]> range(MediaReference reference, ByteSpan span) {
        return inTurn(() -> downloader.range(reference, MediaType.of(reference.kind()), span));
    }

    private long most(TransferOptions options) {
        return Math.min(options.maxBytes().orElse(policy.mostBytes()), policy.mostBytes());
    }

    private CompletableFuture<Long> transfer(
            MediaReference reference, TransferOptions options, long most, OutputStream target) {
        LongConsumer progress = options.progress()
                .<LongConsumer>map(listener -> {
                    Progress told = new Progress(listener, threads.listeners());
                    told.total(reference.fileLength() == 0 ? 0 : MediaFormat.encryptedLength(reference.fileLength()));
                    return told;
                })
                .orElse(bytes -> {});
        return inTurn(() -> downloader.download(reference, MediaType.of(reference.kind()), most, target, progress));
    }

    /** A few at once, so that many do not take the account's threads and memory from its messages. */
    <T> CompletableFuture<T> inTurn(Begin<T> transfer) {
        CompletableFuture<T> whole = Steps.then(turns.acquire(), threads.continuations(), permit -> {
            CompletableFuture<T> begun;
            try {
                begun = transfer.begin();
            } catch (RuntimeException e) {
                permit.close();
                throw e;
            }
            begun.whenComplete((value, failure) -> permit.close());
            return begun;
        });
        Object key = new Object();
        running.put(key, whole);
        whole.whenComplete((value, failure) -> running.remove(key));
        WaxwingException ended = end;
        if (ended != null) {
            whole.completeExceptionally(ended);
        }
        return whole;
    }

    /** The account has ended: what is under way ends too. */
    void close(WaxwingException reason) {
        end = reason;
        running.values().forEach(transfer -> transfer.completeExceptionally(reason));
    }

    /** Begins something. */
    @FunctionalInterface
    interface Begin<T> {
        CompletableFuture<T> begin();
    }

    <T> CompletableFuture<T> onExecutor(Begin<T> step) {
        return Steps.then(CompletableFuture.completedFuture(this), threads.executor(), here -> step.begin());
    }

    private static OutputStream open(Path temporary) {
        try {
            return Files.newOutputStream(temporary);
        } catch (IOException e) {
            throw new MediaFileException("writing what is downloaded", e);
        }
    }

    private static void close(OutputStream out) {
        try {
            out.close();
        } catch (IOException e) {
            // It was flushed before what mattered, or nobody wants it.
        }
    }
}
