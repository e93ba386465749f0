package dev.waxwing.interop;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A stock Baileys client in a Node process of its own, with a folder of its own, steered through {@code driver.mjs}.
 *
 * <p>Every event that the client reports is kept until a test takes it, so an event that comes early is not missed.
 * Waiting ends at once, with the reason, when the process dies. Closing ends the process and fails if it crashed.
 */
final class BaileysProcess implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration PATIENCE = Duration.ofSeconds(45);
    private static final int SHOWN_LINES = 40;

    private final String name;
    private final Path folder;
    private final Process process;
    private final Writer commands;
    private final List<Thread> readers;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final List<JsonNode> journal = new ArrayList<>();
    private final List<JsonNode> untaken = new ArrayList<>();
    private final Map<Integer, JsonNode> replies = new HashMap<>();
    private final Deque<String> errorLines = new ArrayDeque<>();
    private int lastCommand;
    private boolean outputEnded;

    private BaileysProcess(String name, Path folder, Process process) {
        this.name = name;
        this.folder = folder;
        this.process = process;
        this.commands = process.outputWriter(UTF_8);
        this.readers = List.of(
                reader("out", process.getInputStream(), this::onLine, this::onOutputEnd),
                reader("err", process.getErrorStream(), this::onErrorLine, () -> {}));
    }

    /**
     * Starts the process; it connects to nothing before a {@code start} command.
     *
     * @param name what failure messages call it
     * @param caPem the CA that the client trusts besides the public ones; null for none
     */
    static BaileysProcess launch(String name, @Nullable String caPem) throws IOException, InterruptedException {
        Path driver = NodeInstall.directory().resolve("driver.mjs");
        Path folder = Files.createTempDirectory("interop-" + name + "-");
        ProcessBuilder builder = new ProcessBuilder("node", driver.toString()).directory(folder.toFile());
        Map<String, String> environment = builder.environment();
        // What the machine sets for other Node programs must not loosen or redirect these.
        environment.keySet().removeIf(key -> key.startsWith("NODE_"));
        environment.put("TMPDIR", folder.toString());
        if (caPem != null) {
            // Node takes one only as a file.
            Path file = Files.writeString(folder.resolve("ca.pem"), caPem);
            environment.put("NODE_EXTRA_CA_CERTS", file.toString());
        }
        return new BaileysProcess(name, folder, builder.start());
    }

    /** Folder for the client's files; deleted on close. */
    Path folder() {
        return folder;
    }

    /** Fields for a {@link #call}. */
    static ObjectNode fields() {
        return JSON.createObjectNode();
    }

    /**
     * Runs one command of {@code driver.mjs} and returns its result; fails if the client refused it or did not answer.
     */
    JsonNode call(String command, ObjectNode fields) throws InterruptedException {
        int id = send(command, fields);
        JsonNode reply = await("an answer to " + command, PATIENCE, () -> Optional.ofNullable(replies.remove(id)));
        if (reply.has("error")) {
            throw new AssertionError(
                    name + " failed at " + command + ": " + reply.get("error").asText() + "\n" + describe());
        }
        return reply.get("ok");
    }

    JsonNode call(String command) throws InterruptedException {
        return call(command, fields());
    }

    /** The first event not yet taken for which {@code wanted} holds, waiting for it if need be. */
    JsonNode awaitEvent(String what, Predicate<JsonNode> wanted) throws InterruptedException {
        return awaitEvent(what, PATIENCE, wanted);
    }

    JsonNode awaitEvent(String what, Duration patience, Predicate<JsonNode> wanted) throws InterruptedException {
        return await(what, patience, () -> take(wanted));
    }

    /** Every event so far, taken or not, of one kind. */
    List<JsonNode> seen(String event) {
        lock.lock();
        try {
            return journal.stream().filter(e -> isEvent(e, event)).toList();
        } finally {
            lock.unlock();
        }
    }

    static boolean isEvent(JsonNode line, String event) {
        return event.equals(line.path("event").asText());
    }

    /** Ends the process as a power cut would, keeping its folder until {@link #close}. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    @Override
    public void close() throws IOException {
        try {
            quit();
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while " + name + " was ending", e);
        }
        deleteFolder();
        List<JsonNode> crashes = seen("fatal");
        if (!crashes.isEmpty()) {
            throw new AssertionError(name + " crashed: " + crashes + "\n" + describe());
        }
    }

    private void quit() throws InterruptedException {
        try {
            if (process.isAlive()) {
                send("quit", fields());
                commands.close();
            }
        } catch (UncheckedIOException | IOException e) {
            // It died between the question and the command; close() judges what it left behind.
        }
        if (!process.waitFor(10, SECONDS)) {
            process.destroyForcibly().waitFor();
        }
        for (Thread reader : readers) {
            reader.join();
        }
    }

    private int send(String command, ObjectNode fields) {
        lock.lock();
        try {
            int id = ++lastCommand;
            commands.write(fields.deepCopy().put("id", id).put("do", command) + "\n");
            commands.flush();
            return id;
        } catch (IOException e) {
            throw new UncheckedIOException(describe(), e);
        } finally {
            lock.unlock();
        }
    }

    private interface Attempt {
        Optional<JsonNode> tryNow();
    }

    private JsonNode await(String what, Duration patience, Attempt attempt) throws InterruptedException {
        lock.lock();
        try {
            long left = patience.toNanos();
            for (; ; ) {
                Optional<JsonNode> found = attempt.tryNow();
                if (found.isPresent()) {
                    return found.get();
                }
                if (outputEnded || left <= 0) {
                    throw new AssertionError(
                            name + (outputEnded ? " ended before " : " did not report ") + what + "\n" + describe());
                }
                left = changed.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }

    private Optional<JsonNode> take(Predicate<JsonNode> wanted) {
        for (Iterator<JsonNode> it = untaken.iterator(); it.hasNext(); ) {
            JsonNode event = it.next();
            if (wanted.test(event)) {
                it.remove();
                return Optional.of(event);
            }
        }
        return Optional.empty();
    }

    private void onLine(String line) {
        JsonNode parsed;
        try {
            parsed = JSON.readTree(line);
        } catch (IOException e) {
            onErrorLine("not a JSON line on stdout: " + line);
            return;
        }
        lock.lock();
        try {
            if (parsed.has("reply")) {
                replies.put(parsed.get("reply").asInt(), parsed);
            } else {
                journal.add(parsed);
                untaken.add(parsed);
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void onErrorLine(String line) {
        lock.lock();
        try {
            if (errorLines.size() == SHOWN_LINES) {
                errorLines.removeFirst();
            }
            errorLines.addLast(line);
        } finally {
            lock.unlock();
        }
    }

    private void onOutputEnd() {
        lock.lock();
        try {
            outputEnded = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** What it reported and wrote to stderr last: the text of every failure. */
    String describe() {
        lock.lock();
        try {
            String events = journal.stream()
                    .skip(Math.max(0, journal.size() - SHOWN_LINES))
                    .map(event -> shorten(event.toString()))
                    .collect(Collectors.joining("\n  "));
            String errors = errorLines.stream().map(BaileysProcess::shorten).collect(Collectors.joining("\n  "));
            return "events of " + name + ":\n  " + events + "\nstderr of " + name + ":\n  " + errors;
        } finally {
            lock.unlock();
        }
    }

    private static String shorten(String line) {
        return line.length() <= 400 ? line : line.substring(0, 400) + "…";
    }

    private static Thread reader(String what, InputStream stream, Consumer<String> onLine, Runnable onEnd) {
        Thread thread = new Thread(
                () -> {
                    try (BufferedReader lines = new BufferedReader(new InputStreamReader(stream, UTF_8))) {
                        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                            onLine.accept(line);
                        }
                    } catch (IOException e) {
                        onLine.accept("reading std" + what + " failed: " + e);
                    } finally {
                        onEnd.run();
                    }
                },
                "interop-std" + what);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    private void deleteFolder() throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
