package dev.waxwing.testkit.area.media;

import dev.waxwing.testkit.http.BodySink;
import dev.waxwing.testkit.http.HttpAnswer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** Writes the body of an upload to the disk. */
final class UploadBody implements BodySink {

    private final MediaStore store;
    private final Upload upload;
    private final Function<Upload, HttpAnswer> finish;

    UploadBody(MediaStore store, Upload upload, Function<Upload, HttpAnswer> finish) {
        this.store = store;
        this.upload = upload;
        this.finish = finish;
    }

    @Override
    public CompletionStage<?> take(byte[] piece) {
        if (upload.file().length() <= store.maxBytes()) {
            upload.append(piece);
        }
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletionStage<HttpAnswer> end() {
        return CompletableFuture.completedFuture(finish.apply(upload));
    }

    @Override
    public void brokenOff() {
        store.keep(upload);
    }
}
