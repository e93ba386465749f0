package dev.waxwing.store;

import static org.assertj.core.api.Assertions.assertThat;

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
     * @param temporary the child's own folder for temporary files, since a killed process leaves the driver's library
     *     there
     * @param libraries a class of each that the child gets beside Waxwing itself
     */
    static StoreProcess start(Path temporary, List<Class<?>> libraries, String... arguments) throws IOException {
        Files.createDirectories(temporary);
        List<Class<?>> classes = new ArrayList<>(List.of(AccountStore.class, StoreProcess.class, Nullable.class));
        classes.addAll(libraries);
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

    /** The thread's last committed step is one it reported, or later; and both writes of each step are there. */
    static void assertWhole(AccountStore store, String thread, int reported) {
        byte[] last = store.transact(tx -> tx.get(StoreTable.SESSIONS, thread));
        int committed = last == null ? 0 : Integer.parseInt(new String(last, StandardCharsets.US_ASCII));
        assertThat(committed).as(thread).isGreaterThanOrEqualTo(reported);
        List<StoreEntry> steps =
                store.transact(tx -> tx.scanPrefix(StoreTable.OUTBOX, thread + "-", Integer.MAX_VALUE));
        assertThat(steps)
                .extracting(StoreEntry::key)
                .isEqualTo(Stream.iterate(1, step -> step <= committed, step -> step + 1)
                        .filter(step -> step % 5 != 0)
                        .map(step -> key(thread, step))
                        .toList());
        assertThat(store.<List<StoreEntry>>transact(tx -> tx.scan(StoreTable.INBOX, "", null, 1)))
                .as("what was given up")
                .isEmpty();
    }

    /**
     * Reads until the child is dead, which is killed after so many reports, and answers each thread's last reported
     * step.
     */
    int[] killAfter(int reports, int threads) throws IOException {
        int[] reported = new int[threads];
        for (int lines = 1; ; lines++) {
            String line = nextLine();
            if (line == null) {
                return reported;
            }
            // The kill may cut the last line short.
            if (line.matches("thread\\d \\d+\\.")) {
                reported[line.charAt(6) - '0'] = Integer.parseInt(line.substring(8, line.length() - 1));
            }
            if (lines == reports) {
                kill();
            }
        }
    }

    /**
     * The child: {@code hold <place>} or {@code count <place> <threads>}, the place a path or a URL with a schema
     * behind '#'.
     */
    public static void main(String[] arguments) throws IOException {
        AccountStore store;
        try {
            store = open(arguments[1]);
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

    private static AccountStore open(String place) {
        int schema = place.indexOf('#');
        return place.startsWith("jdbc:postgresql:")
                ? PostgresStore.builder(place.substring(0, schema))
                        .schema(place.substring(schema + 1))
                        .open()
                : SqliteStore.at(Path.of(place));
    }

    /**
     * Each step is two writes in one transaction, told to the parent once it is committed; every fifth is given up in
     * the middle.
     */
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
