package dev.waxwing.store;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A JVM of its own that uses a store, and what it says about it line by line. */
final class StoreProcess implements AutoCloseable {

    private final Process process;
    private final BufferedReader lines;

    private StoreProcess(Process process) {
        this.process = process;
        this.lines = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.US_ASCII));
    }

    /**
     * @param temporary the child's own folder for temporary files, since a killed process leaves the driver's library there
     */
    static StoreProcess start(Path temporary, boolean withDriver, String... arguments) throws IOException {
        Files.createDirectories(temporary);
        List<Class<?>> classes = new ArrayList<>(List.of(SqliteStore.class, StoreProcess.class, Nullable.class));
        if (withDriver) {
            classes.add(org.sqlite.JDBC.class);
        }
        String classPath = classes.stream()
                .map(StoreProcess::location)
                .distinct()
                .collect(Collectors.joining(System.getProperty("path.separator")));
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xshare:auto",
                "-XX:TieredStopAtLevel=1",
                "-Djava.io.tmpdir=" + temporary,
                "-cp",
                classPath,
                StoreProcess.class.getName()));
        Stream.of(arguments).forEach(command::add);
        return new StoreProcess(new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start());
    }

    private static String location(Class<?> type) {
        CodeSource source = type.getProtectionDomain().getCodeSource();
        return Path.of(URI.create(source.getLocation().toString())).toString();
    }

    @Nullable
    String nextLine() throws IOException {
        return lines.readLine();
    }

    long pid() {
        return process.pid();
    }

    /** Kills it as {@code kill -9} does, and waits until it is dead. */
    void kill() {
        // By its handle: the process object would close the pipe, and what is in it yet would be lost.
        process.toHandle().destroyForcibly();
        process.onExit().join();
    }

    /** Lets it end by itself, and waits until it has. */
    int finish() throws IOException, InterruptedException {
        process.getOutputStream().close();
        return process.waitFor();
    }

    @Override
    public void close() {
        kill();
    }

    /** The child: {@code hold <path>} or {@code count <path> <threads>}. */
    public static void main(String[] arguments) throws IOException {
        AccountStore store;
        try {
            store = SqliteStore.at(Path.of(arguments[1]));
        } catch (RuntimeException e) {
            say(e.getClass().getSimpleName() + ": " + e.getMessage());
            return;
        }
        say("open");
        if (arguments[0].equals("count")) {
            for (int i = 0; i < Integer.parseInt(arguments[2]); i++) {
                String name = "thread" + i;
                Thread thread = new Thread(() -> count(store, name));
                thread.setDaemon(true);
                thread.start();
            }
        }
        while (System.in.read() >= 0) {
            // Until the parent closes the pipe.
        }
        store.close();
        say("closed");
    }

    /** Each step is two writes in one transaction, told to the parent once it is committed; every fifth is given up in the middle. */
    private static void count(AccountStore store, String name) {
        for (int i = 1; ; i++) {
            int step = i;
            String key = key(name, step);
            try {
                store.transact(tx -> {
                    tx.put(StoreTable.SESSIONS, name, text(Integer.toString(step)));
                    if (step % 5 == 0) {
                        tx.put(StoreTable.INBOX, key, text("given up"));
                        throw new UnsupportedOperationException();
                    }
                    tx.put(StoreTable.OUTBOX, key, text("x".repeat(step % 3000)));
                    return step;
                });
                say(name + " " + step + ".");
            } catch (UnsupportedOperationException givenUp) {
                Objects.requireNonNull(givenUp);
            }
        }
    }

    static String key(String name, int step) {
        return "%s-%08d".formatted(name, step);
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static synchronized void say(String line) {
        System.out.println(line);
        System.out.flush();
    }
}
