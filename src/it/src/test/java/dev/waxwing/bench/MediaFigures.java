package dev.waxwing.bench;

import dev.waxwing.internal.media.format.Decryption;
import dev.waxwing.internal.media.format.EncryptedFile;
import dev.waxwing.internal.media.format.Encryption;
import dev.waxwing.internal.media.format.MediaKeys;
import dev.waxwing.process.SteeredProcess;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * What files cost. First encryption and decryption, with all hashes and from file to file, beside AES-CBC and HMAC-SHA256
 * alone in memory, one after the other, in the same run. Then 1 GiB from one account to another, where the server and
 * both clients are processes with a heap of 64 MB each. Argument: a folder with room for 5 GiB.
 */
final class MediaFigures {

    private static final long MIB = 1 << 20;
    private static final long MEASURED = 512 * MIB;
    private static final int PIECE = 256 * 1024;
    private static final int ROUNDS = 6;
    private static final int BLOCK = 16;

    private final Path folder;
    private final ExecutorService workers = Executors.newFixedThreadPool(2);

    private MediaFigures(Path folder) {
        this.folder = folder;
    }

    public static void main(String[] args) throws Exception {
        Path folder = Files.createTempDirectory(Path.of(args[0]), "media-figures");
        MediaFigures figures = new MediaFigures(folder);
        try {
            figures.throughput();
            figures.largeFile();
        } finally {
            figures.workers.shutdown();
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file :
                        files.sorted((one, other) -> other.compareTo(one)).toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    private void throughput() throws Exception {
        MediaKeys keys = MediaKeys.derive(new byte[32], "WhatsApp Document Keys");
        Path file = write(folder.resolve("plain"), MEASURED);
        for (int round = 1; round <= ROUNDS; round++) {
            double rawEncrypt = raw(Cipher.ENCRYPT_MODE);
            double rawDecrypt = raw(Cipher.DECRYPT_MODE);
            long begun = System.nanoTime();
            EncryptedFile encrypted = Encryption.start(
                            Files.newInputStream(file), folder.resolve("encrypted"), keys, false, 2 * MEASURED, workers)
                    .join();
            double encrypt = perSecond(begun);
            begun = System.nanoTime();
            decrypt(keys, encrypted);
            double decrypt = perSecond(begun);
            System.out.printf(
                    Locale.ROOT,
                    "round %d: raw encrypt %.0f MiB/s, file %.0f MiB/s (%.0f %%); raw decrypt %.0f MiB/s, file %.0f MiB/s"
                            + " (%.0f %%)%n",
                    round,
                    rawEncrypt,
                    encrypt,
                    100 * encrypt / rawEncrypt,
                    rawDecrypt,
                    decrypt,
                    100 * decrypt / rawDecrypt);
        }
    }

    /** AES-CBC and HMAC-SHA256 over the ciphertext, as the JDK does them, on one thread and without a file. */
    private static double raw(int mode) throws Exception {
        Cipher cipher = Cipher.getInstance("AES/CBC/NoPadding");
        cipher.init(mode, new SecretKeySpec(new byte[32], "AES"), new IvParameterSpec(new byte[BLOCK]));
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(new byte[32], "HmacSHA256"));
        byte[] in = new byte[PIECE];
        byte[] out = new byte[PIECE];
        long begun = System.nanoTime();
        for (long at = 0; at < MEASURED; at += PIECE) {
            cipher.update(in, 0, PIECE, out);
            mac.update(mode == Cipher.ENCRYPT_MODE ? out : in);
        }
        mac.doFinal();
        return perSecond(begun);
    }

    private void decrypt(MediaKeys keys, EncryptedFile encrypted) throws IOException {
        try (InputStream in = Files.newInputStream(encrypted.path());
                OutputStream out = Files.newOutputStream(folder.resolve("decrypted"))) {
            Decryption decryption = new Decryption(
                    keys,
                    new Decryption.Expectation(
                            encrypted.sha256(), encrypted.encSha256(), encrypted.plainLength(), 2 * MEASURED),
                    out,
                    workers);
            for (byte[] piece = in.readNBytes(PIECE); piece.length > 0; piece = in.readNBytes(PIECE)) {
                decryption.take(piece).join();
            }
            decryption.finish().join();
        }
    }

    private static double perSecond(long begun) {
        return MEASURED / (double) MIB / ((System.nanoTime() - begun) / 1e9);
    }

    private void largeFile() throws Exception {
        Path file = write(folder.resolve("large"), 1024 * MIB);
        List<String> small = List.of("-Xmx64m", "-XX:MaxDirectMemorySize=64m");
        Path keys = Files.createDirectory(folder.resolve("keys"));
        try (SteeredProcess server = SteeredProcess.start(
                "server", Map.of(), SteeredProcess.java(folder, small, BenchServer.class, keys.toString()))) {
            String uri = server.await("listening");
            try (SteeredProcess alice = client("alice", uri, keys, small);
                    SteeredProcess bob = client("bob", uri, keys, small)) {
                open(server, alice, "alice");
                String to = open(server, bob, "bob");
                bob.tell("fetch large");
                alice.tell("send " + to + " " + file);
                String sent = alice.await("sent");
                String fetched = bob.await("fetched");
                System.out.printf(
                        Locale.ROOT,
                        "1 GiB with -Xmx64m: sent in %s ms, fetched in %s ms, %s%n",
                        sent,
                        fetched,
                        Files.mismatch(file, folder.resolve("bob").resolve("large")) < 0 ? "whole" : "DAMAGED");
            }
        }
    }

    private SteeredProcess client(String name, String uri, Path keys, List<String> options) throws IOException {
        Path own = Files.createDirectory(folder.resolve(name));
        return SteeredProcess.start(
                name,
                Map.of(),
                SteeredProcess.java(own, options, MediaClient.class, uri, keys.toString(), own.toString()));
    }

    private static String open(SteeredProcess server, SteeredProcess client, String account) throws Exception {
        server.tell("scan " + account + " " + client.await("qr"));
        return client.await("open");
    }

    /** No two pieces of it are alike. */
    private static Path write(Path file, long length) throws IOException {
        byte[] piece = new byte[PIECE];
        try (OutputStream out = Files.newOutputStream(file)) {
            for (long at = 0; at < length; at += PIECE) {
                for (int i = 0; i < Long.BYTES; i++) {
                    piece[i] = (byte) (at >> (Byte.SIZE * i));
                }
                out.write(piece);
            }
        }
        return file;
    }
}
