package dev.waxwing.interop;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * The Node program {@code src/test/interop}, copied to {@code target/interop} with its packages installed from the lock
 * file. Machines without Node skip the interop tests; a machine that has Node but cannot install fails them, since
 * otherwise nobody would notice that they no longer run.
 */
public final class NodeInstall {
    private static final int OLDEST_NODE = 20;
    private static final long COMMAND_SECONDS = 300;
    private static final List<String> FILES =
            List.of("package.json", "package-lock.json", ".npmrc", "driver.mjs", "bench-client.mjs");

    private NodeInstall() {}

    /**
     * Folder with {@code driver.mjs} and its {@code node_modules}; installs at the first call and when the lock
     * changed.
     */
    public static synchronized Path directory() throws IOException, InterruptedException {
        requireNode();
        Path base = Path.of(System.getProperty("basedir", "")).toAbsolutePath();
        Path source = base.resolve("src/test/interop");
        Path target = Files.createDirectories(base.resolve("target/interop"));
        for (String file : FILES) {
            Files.copy(source.resolve(file), target.resolve(file), StandardCopyOption.REPLACE_EXISTING);
        }
        // Written last: an install that was cut off leaves no such file and is done again.
        Path installed = target.resolve("node_modules/.installed-lock.json");
        String lock = Files.readString(target.resolve("package-lock.json"));
        if (!Files.exists(installed) || !Files.readString(installed).equals(lock)) {
            Outcome npm = run(target, isWindows() ? "npm.cmd" : "npm", "ci");
            if (npm.exitCode() != 0) {
                fail("npm ci in %s ended with %d:%n%s", target, npm.exitCode(), npm.output());
            }
            Files.writeString(installed, lock);
        }
        return target;
    }

    private static void requireNode() throws InterruptedException {
        Outcome node;
        try {
            node = run(Path.of("").toAbsolutePath(), "node", "--version");
        } catch (IOException e) {
            abort("skipped: interop needs Node " + OLDEST_NODE + " or newer on the PATH (" + e.getMessage() + ")");
            return;
        }
        String version = node.output().strip();
        int dot = version.indexOf('.');
        boolean readable = node.exitCode() == 0 && version.startsWith("v") && dot > 1;
        if (!readable || Integer.parseInt(version.substring(1, dot)) < OLDEST_NODE) {
            abort("skipped: interop needs Node " + OLDEST_NODE + " or newer, found " + version);
        }
    }

    private static Outcome run(Path directory, String... command) throws IOException, InterruptedException {
        Path output = Files.createTempFile("interop-", ".log");
        try {
            Process process = new ProcessBuilder(command)
                    .directory(directory.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            process.getOutputStream().close();
            if (!process.waitFor(COMMAND_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
                return new Outcome(-1, "no end after " + COMMAND_SECONDS + " s\n" + Files.readString(output, UTF_8));
            }
            return new Outcome(process.exitValue(), Files.readString(output, UTF_8));
        } finally {
            Files.delete(output);
        }
    }

    private static boolean isWindows() {
        return System.getProperty("os.name").toLowerCase(Locale.ROOT).startsWith("windows");
    }

    private record Outcome(int exitCode, String output) {}
}
