package dev.waxwing.internal.media.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.waxwing.error.MediaCorruptedException;
import dev.waxwing.error.MediaCorruptedException.Fault;
import dev.waxwing.error.MediaTooLargeException;
import dev.waxwing.internal.media.format.Decryption.Expectation;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that are not what their message says. */
final class DecryptionTest {

    private static final byte[] NONE = {};
    private static final byte[] KEY = new byte[32];

    @TempDir
    Path folder;

    private final byte[] plain = new byte[1_000];
    private EncryptedFile encrypted;
    private byte[] file;

    @BeforeEach
    void encrypt() throws IOException {
        for (int i = 0; i < plain.length; i++) {
            plain[i] = (byte) i;
        }
        encrypted = Encryption.start(
                        new ByteArrayInputStream(plain), folder.resolve("file"), keys(), false, 1 << 20, Runnable::run)
                .join();
        file = Files.readAllBytes(encrypted.path());
    }

    @Test
    void givenAlteredByteAnywhere_whenDecrypted_thenItIsRefusedByTheHashOfTheEncryptedForm() {
        for (int at = 0; at < file.length; at += 97) {
            byte[] altered = file.clone();
            altered[at] ^= 1;

            assertThat(faultOf(expected(1_000), altered)).isEqualTo(Fault.ENCRYPTED_HASH);
        }
    }

    @Test
    void givenMessageWithoutHashes_whenAByteIsAltered_thenTheMacRefusesIt() {
        for (int at = 0; at < file.length; at += 97) {
            byte[] altered = file.clone();
            altered[at] ^= 1;

            assertThat(faultOf(new Expectation(NONE, NONE, 1_000, 1 << 20), altered))
                    .isEqualTo(Fault.MAC);
        }
    }

    @Test
    void givenHashOfOtherContent_whenDecrypted_thenItIsRefused() {
        Expectation other = new Expectation(new byte[32], encrypted.encSha256(), 1_000, 1 << 20);

        assertThat(faultOf(other, file)).isEqualTo(Fault.CONTENT_HASH);
    }

    @Test
    void givenTruncatedFile_whenDecrypted_thenItsLengthIsRefused() {
        for (int length : new int[] {0, 1, 10, 25, 26, file.length - 16, file.length - 1}) {
            byte[] cut = Arrays.copyOf(file, length);

            assertThat(faultOf(expected(1_000), cut)).as("%d bytes", length).isEqualTo(Fault.LENGTH);
        }
    }

    @Test
    void givenTruncatedFile_whenItsLengthIsNotKnown_thenItIsRefusedAllTheSame() {
        for (int length : new int[] {0, 1, 10, 25, 26, file.length - 16, file.length - 1}) {
            byte[] cut = Arrays.copyOf(file, length);

            assertThat(faultOf(new Expectation(NONE, NONE, 0, 1 << 20), cut))
                    .as("%d bytes", length)
                    .isIn(Fault.LENGTH, Fault.MAC);
        }
    }

    @Test
    void givenLongerFile_whenDecrypted_thenItEndsAtTheFirstByteTooMany() {
        byte[] longer = Arrays.copyOf(file, file.length + 1);

        assertThat(faultOf(expected(1_000), longer)).isEqualTo(Fault.LENGTH);
    }

    @Test
    void givenMessageOfAnotherLength_whenDecrypted_thenItIsRefused() {
        assertThat(faultOf(expected(999), file)).isEqualTo(Fault.LENGTH);
        assertThat(faultOf(expected(10), file)).isEqualTo(Fault.LENGTH);
        assertThat(faultOf(expected(2_000), file)).isEqualTo(Fault.LENGTH);
    }

    @Test
    void givenBoundAndNoLength_whenTheFileIsLonger_thenItIsTooLarge() {
        Decryption decryption = decryption(new Expectation(NONE, NONE, 0, 100), new ByteArrayOutputStream());

        CompletionException failure = catchThrowableOfType(
                CompletionException.class, () -> decryption.take(file).join());

        assertThat(failure).hasCauseInstanceOf(MediaTooLargeException.class);
    }

    @Test
    void givenAnnouncedLength_whenItCannotBeTheFile_thenItIsRefusedBeforeAByteComes() {
        Decryption decryption = decryption(expected(1_000), new ByteArrayOutputStream());

        decryption.requireLength(file.length);
        assertThat(catchThrowableOfType(
                                MediaCorruptedException.class, () -> decryption.requireLength(file.length + 16L))
                        .fault())
                .isEqualTo(Fault.LENGTH);
    }

    @Test
    void givenTheRightFile_whenDecrypted_thenItsContentIsThere() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Decryption decryption = decryption(expected(1_000), out);
        decryption.take(file).join();

        assertThat(decryption.finish().join()).isEqualTo(1_000);
        assertThat(out.toByteArray()).isEqualTo(plain);
    }

    private Expectation expected(long length) {
        return new Expectation(encrypted.sha256(), encrypted.encSha256(), length, 1 << 20);
    }

    private static Fault faultOf(Expectation expected, byte[] bytes) {
        Decryption decryption = decryption(expected, new ByteArrayOutputStream());
        CompletionException failure = catchThrowableOfType(CompletionException.class, () -> {
            decryption.take(bytes).join();
            decryption.finish().join();
        });
        return ((MediaCorruptedException) failure.getCause()).fault();
    }

    private static Decryption decryption(Expectation expected, OutputStream target) {
        return new Decryption(keys(), expected, target, Runnable::run);
    }

    private static MediaKeys keys() {
        return MediaKeys.derive(KEY, MediaType.DOCUMENT.info());
    }
}
