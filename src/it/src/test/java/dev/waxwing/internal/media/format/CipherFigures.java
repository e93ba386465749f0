package dev.waxwing.internal.media.format;

import dev.waxwing.internal.crypto.CbcStream;
import dev.waxwing.internal.crypto.RunningHash;
import dev.waxwing.internal.media.format.Decryption.Expectation;
import dev.waxwing.internal.threads.AccountThreads;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * How fast files are encrypted and decrypted, against the bare cipher and HMAC over the same number of bytes in the same
 * run: {@code java -Xmx64m … CipherFigures [MiB]}. The files lie in the folder for temporary files.
 */
final class CipherFigures {

    private static final int ROUNDS = 3;
    private static final MediaKeys KEYS = MediaKeys.derive(new byte[32], MediaType.DOCUMENT.info());

    private CipherFigures() {}

    public static void main(String[] args) throws Exception {
        long bytes = (args.length == 0 ? 1_024L : Long.parseLong(args[0])) << 20;
        Path file = Files.createTempFile("waxwing-figures", ".enc");
        try (AccountThreads threads = AccountThreads.create()) {
            for (int round = 0; round < ROUNDS; round++) {
                double rawOut = rate(bytes, () -> raw(bytes, true));
                EncryptedFile[] encrypted = new EncryptedFile[1];
                double out = rate(
                        bytes,
                        () -> encrypted[0] = Encryption.start(
                                        new Zeros(bytes), file, KEYS, false, bytes, threads.executor())
                                .join());
                double rawIn = rate(bytes, () -> raw(bytes, false));
                double in = rate(bytes, () -> decrypt(encrypted[0], threads));
                System.out.printf(
                        Locale.ROOT,
                        "encrypt %.0f MB/s, bare %.0f MB/s: %.0f %%; decrypt %.0f MB/s, bare %.0f MB/s: %.0f %%%n",
                        out,
                        rawOut,
                        100 * out / rawOut,
                        in,
                        rawIn,
                        100 * in / rawIn);
            }
        } finally {
            Files.delete(file);
        }
    }

    private interface Work {
        void run() throws IOException;
    }

    private static double rate(long bytes, Work work) throws IOException {
        long from = System.nanoTime();
        work.run();
        return bytes * 1e3 / (System.nanoTime() - from);
    }

    private static void raw(long bytes, boolean encrypt) {
        CbcStream cipher = encrypt
                ? CbcStream.encrypting(KEYS.cipherKey(), KEYS.iv())
                : CbcStream.decryptingBlocks(KEYS.cipherKey(), KEYS.iv());
        RunningHash mac = RunningHash.hmacSha256(KEYS.macKey());
        byte[] in = new byte[MediaFormat.PIECE_BYTES];
        byte[] out = new byte[in.length + CbcStream.MOST_EXTRA_BYTES];
        for (long done = 0; done < bytes; done += in.length) {
            int length = cipher.update(in, 0, in.length, out);
            mac.update(encrypt ? out : in, 0, length);
        }
        mac.finish();
    }

    private static void decrypt(EncryptedFile file, AccountThreads threads) throws IOException {
        Decryption decryption = new Decryption(
                KEYS,
                new Expectation(file.sha256(), file.encSha256(), file.plainLength(), file.plainLength()),
                OutputStream.nullOutputStream(),
                threads.executor());
        try (InputStream in = Files.newInputStream(file.path())) {
            byte[] piece = in.readNBytes(MediaFormat.PIECE_BYTES);
            while (piece.length > 0) {
                decryption.take(piece).join();
                piece = in.readNBytes(MediaFormat.PIECE_BYTES);
            }
        }
        decryption.finish().join();
    }

    /** So many zeros. */
    private static final class Zeros extends InputStream {

        private long left;

        Zeros(long bytes) {
            left = bytes;
        }

        @Override
        public int read() {
            return left-- > 0 ? 0 : -1;
        }

        @Override
        public int read(byte[] bytes, int from, int length) {
            if (left <= 0) {
                return -1;
            }
            int read = (int) Math.min(length, left);
            left -= read;
            return read;
        }
    }
}
