package dev.waxwing.testkit.area.media;

import dev.waxwing.testkit.http.BodySource;
import dev.waxwing.testkit.server.World;
import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Reads a part of a file from the disk, as a rule wants it. */
final class FileBody implements BodySource {

    private static final int PIECE = 1 << 16;

    private final World world;
    private final MediaFile file;
    private final Optional<MediaRule> rule;
    private final long first;
    private final long end;
    private long at;

    /**
     * Reads a part.
     *
     * @param first index of the first byte
     * @param end index behind the last, which may be behind the file's: zeros come then
     */
    FileBody(World world, MediaFile file, Optional<MediaRule> rule, long first, long end) {
        this.world = world;
        this.file = file;
        this.rule = rule;
        this.first = first;
        this.end = end;
        this.at = first;
    }

    @Override
    public CompletionStage<byte[]> next() {
        MediaFault fault = rule.map(MediaRule::fault).orElse(null);
        long stop = end;
        if (fault instanceof MediaFault.CutAfter cut) {
            stop = Math.min(end, first + cut.bytes());
        } else if (fault instanceof MediaFault.StallAfter stall) {
            stop = Math.min(end, first + stall.bytes());
        }
        if (at >= stop) {
            rule.ifPresent(MediaRule::hasHappened);
            return atTheEnd(fault);
        }
        byte[] piece = read((int) Math.min(PIECE, stop - at));
        if (fault instanceof MediaFault.CorruptByte corrupt && corrupt.at() >= at && corrupt.at() < at + piece.length) {
            piece[(int) (corrupt.at() - at)] ^= 1;
        }
        at += piece.length;
        return fault instanceof MediaFault.Slow slow ? later(slow, piece) : CompletableFuture.completedFuture(piece);
    }

    private static CompletionStage<byte[]> atTheEnd(@Nullable MediaFault fault) {
        if (fault instanceof MediaFault.CutAfter) {
            return CompletableFuture.failedFuture(new IOException("cut as a test wants it"));
        }
        return fault instanceof MediaFault.StallAfter
                ? new CompletableFuture<>()
                : CompletableFuture.completedFuture(new byte[0]);
    }

    private byte[] read(int length) {
        byte[] piece = at < file.length() ? file.read(at, length) : new byte[0];
        return piece.length == length ? piece : Arrays.copyOf(piece, length);
    }

    private CompletionStage<byte[]> later(MediaFault.Slow slow, byte[] piece) {
        CompletableFuture<byte[]> late = new CompletableFuture<>();
        world.later(slow.pause(), () -> late.complete(piece));
        return late;
    }
}
