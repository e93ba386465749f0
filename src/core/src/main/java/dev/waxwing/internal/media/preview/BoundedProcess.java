package dev.waxwing.internal.media.preview;

import dev.waxwing.internal.threads.SystemTime;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs a program, without a shell, for a limited time and with a limited output, which goes to a file. The calling
 * thread waits: a worker.
 */
final class BoundedProcess {

    private static final Logger LOG = LoggerFactory.getLogger(BoundedProcess.class);

    private static final long LOOK_EVERY_MILLIS = 20;

    private BoundedProcess() {}

    /**
     * Runs a program to its end.
     *
     * @param command the program and its arguments
     * @param output where its standard output goes; what it says of errors is dropped
     * @param maxBytes how long the output may get; a program that writes more is ended
     * @param timeout how long it may take; a program that takes longer is ended
     * @return true if it ended by itself and well
     */
    static boolean run(List<String> command, Path output, long maxBytes, Duration timeout) {
        Process process;
        try {
            process = new ProcessBuilder(command)
                    .redirectOutput(output.toFile())
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .redirectInput(
                            new File(System.getProperty("os.name", "").startsWith("Windows") ? "NUL" : "/dev/null"))
                    .start();
        } catch (IOException | RuntimeException e) {
            LOG.debug("{} cannot be started", command.get(0), e);
            return false;
        }
        try {
            return hasEndedWell(process, output, maxBytes, timeout);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } catch (IOException e) {
            LOG.debug("The output of {} cannot be looked at", command.get(0), e);
            return false;
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }

    private static boolean hasEndedWell(Process process, Path output, long maxBytes, Duration timeout)
            throws InterruptedException, IOException {
        long begun = SystemTime.nanoTime();
        while (!process.waitFor(LOOK_EVERY_MILLIS, TimeUnit.MILLISECONDS)) {
            if (SystemTime.nanoTime() - begun > timeout.toNanos() || Files.size(output) > maxBytes) {
                return false;
            }
        }
        return process.exitValue() == 0 && Files.size(output) <= maxBytes;
    }
}
