package dev.waxwing.media;

import dev.waxwing.model.MediaReference;
import dev.waxwing.model.content.MediaContent;
import dev.waxwing.model.content.WebMessage;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;

/**
 * Files in messages; from {@code Socket.media()}. To send one, send {@link
 * dev.waxwing.model.content.Content#image(dev.waxwing.model.content.MediaSource) Content.image} and the like: it is
 * uploaded then.
 *
 * <p>A file is encrypted and decrypted as it passes, in memory that does not depend on its length. What was downloaded
 * is handed over only when its authentication code, both of its hashes and its length are what the message says; before
 * that, nothing is under the final name. If the service does not have the file any more, the phone is asked to upload it
 * again, by itself and once.
 *
 * <p>Thread-safe. Cancelling a future ends the transfer. Futures fail with {@link
 * dev.waxwing.error.MediaCorruptedException} if the file is not the one of the message, {@link
 * dev.waxwing.error.MediaTooLargeException} if it is longer than it may be, {@link
 * dev.waxwing.error.MediaExpiredException} if nobody has it any more, {@link dev.waxwing.error.MediaFileException} if
 * this machine cannot read or write it, {@link dev.waxwing.error.ServerRefusedException} if a media host refuses, {@link
 * dev.waxwing.error.ConnectionLostException} if none can be reached, {@link
 * dev.waxwing.error.ProtocolViolationException} if the message names a host that it must not, or the reason for which
 * the socket ended.
 */
public interface Media {

    /**
     * {@code downloadMediaMessage(message, 'buffer')}: downloads the file of a message into memory.
     *
     * @param message a message with a file
     * @return completes with the file
     * @throws IllegalArgumentException if the message has no file
     */
    default CompletableFuture<byte[]> download(WebMessage message) {
        return download(message, TransferOptions.builder().build());
    }

    /**
     * {@code downloadMediaMessage(message, 'buffer')} with options: downloads the file of a message into memory.
     *
     * @param message a message with a file
     * @param options how to download it
     * @return completes with the file; fails with {@link dev.waxwing.error.MediaTooLargeException} if it is longer than
     *     {@code MediaConfig.maxInMemory}
     * @throws IllegalArgumentException if the message has no file
     */
    CompletableFuture<byte[]> download(WebMessage message, TransferOptions options);

    /**
     * {@code downloadMediaMessage(message, 'stream')} into a file: downloads the file of a message.
     *
     * @param message a message with a file
     * @param file where to put it; replaced if it is there. Until the download is verified it lies beside that, under
     *     the same name with {@code .waxwing-part} behind it
     * @param options how to download it
     * @return completes with {@code file} when the whole of it is there
     * @throws IllegalArgumentException if the message has no file, or {@code file} is a folder
     */
    CompletableFuture<Path> downloadTo(WebMessage message, Path file, TransferOptions options);

    /**
     * {@code downloadMediaMessage(message, 'stream')}: downloads the file of a message into a stream. It is downloaded to
     * a temporary file first, so the stream gets nothing that is not verified.
     *
     * @param message a message with a file
     * @param target takes the file, where listeners run; may block. Not closed
     * @param options how to download it
     * @return completes with the length of the file when all of it is written; fails with
     *     {@link dev.waxwing.error.MediaFileException} if the stream does
     * @throws IllegalArgumentException if the message has no file
     */
    CompletableFuture<Long> downloadTo(WebMessage message, OutputStream target, TransferOptions options);

    /**
     * {@code downloadContentFromMessage}: downloads a file that no message is at hand for, so the phone is not asked for
     * it.
     *
     * @param reference where the file lies, and its keys
     * @param file as for {@link #downloadTo(WebMessage, Path, TransferOptions)}
     * @param options how to download it
     * @return completes with {@code file} when the whole of it is there
     */
    CompletableFuture<Path> downloadTo(MediaReference reference, Path file, TransferOptions options);

    /**
     * {@code downloadContentFromMessage} with {@code startByte} and {@code endByte}: downloads a part of a file, for
     * example to play a video from its middle. What comes cannot be authenticated, since the code is over the whole
     * file: whoever can alter what media hosts send can alter it.
     *
     * @param reference where the file lies, and its keys
     * @param from the first byte, 0 or more
     * @param to the byte after the last, at most {@code MediaConfig.maxInMemory} after the first
     * @return completes with the part, shorter or empty if the file ends before
     * @throws IllegalArgumentException if this is no part, or a larger one
     */
    CompletableFuture<byte[]> downloadRange(MediaReference reference, long from, long to);

    /**
     * {@code updateMediaMessage}: asks the phone to upload the file of a message again, because the service does not
     * have it any more. Downloads do so by themselves.
     *
     * @param message a message with a file
     * @return completes with the message, of which the file is where it is now: keep it in place of the other. Fails
     *     with {@link dev.waxwing.error.MediaExpiredException} if the phone does not have it, or does not answer within
     *     {@code MediaConfig.reuploadTimeout}
     * @throws IllegalArgumentException if the message has no file
     */
    CompletableFuture<WebMessage> updateMediaMessage(WebMessage message);

    /**
     * {@code prepareWAMessageMedia}: uploads the file of a content ahead of sending it, for example with progress, or to
     * send it to many.
     *
     * @param <C> the kind of content
     * @param content content with a source; one that was uploaded is given back as it is
     * @param options how to upload it
     * @return completes with the same content, uploaded: sending it uploads nothing
     */
    <C extends MediaContent> CompletableFuture<C> upload(C content, TransferOptions options);
}
