package dev.waxwing.process;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A process that is steered by lines: a word and its arguments. It ends when its standard input ends, so that none
 * outlives whoever started it.
 */
public final class SteeredProcess implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final String ENDED = "ended";

    private final String name;
    private final Process process;
    private final Writer commands;
    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
    private final Thread reader;

    private SteeredProcess(String name, Process process) {
        this.name = name;
        this.process = process;
        this.commands = process.outputWriter(UTF_8);
        reader = new Thread(this::read, "process-" + name);
        reader.setDaemon(true);
        reader.start();
    }

    /**
     * Starts a process whose errors go where this one's go.
     *
     * @param name what failures call it
     * @param environment variables beside those of this process
     * @param command the program and its arguments
     * @return the process, to be closed
     * @throws IOException if it cannot be started
     */
    public static SteeredProcess start(String name, Map<String, String> environment, List<String> command)
            throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().putAll(environment);
        return new SteeredProcess(name, builder.start());
    }

    /**
     * The command that starts a JVM of the same kind and class path as this one.
     *
     * @param temporary its own folder for temporary files: libsignal unpacks itself into it, and nobody clears up
     *     behind a killed process
     * @param options of the JVM
     * @param main the class to run
     * @param arguments for its main method
     * @return the program and its arguments
     */
    public static List<String> java(Path temporary, List<String> options, Class<?> main, String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Dslf4j.internal.verbosity=ERROR",
                "-Djava.io.tmpdir=" + temporary));
        command.addAll(options);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        command.addAll(List.of(arguments));
        return command;
    }

    /**
     * Says a line to it.
     *
     * @param command a word and its arguments
     * @throws IOException if it is gone
     */
    public void tell(String command) throws IOException {
        commands.write(command + "\n");
        commands.flush();
    }

    /**
     * Waits for a line that starts with a word, and drops those before it.
     *
     * @param word the line's first word
     * @return the rest of the line
     * @throws InterruptedException if the thread is interrupted
     */
    public String await(String word) throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            String line = next(Duration.ofNanos(deadline - System.nanoTime()));
            if (line == null) {
                throw new IllegalStateException(name + " did not say '" + word + "' within " + PATIENCE);
            }
            if (line.equals(word) || line.startsWith(word + " ")) {
                return line.substring(word.length()).strip();
            }
        }
    }

    /**
     * Waits until it has said two words, in either order, and drops whatever else it says until then.
     *
     * @param word the one
     * @param other the other
     * @return the rest of the line that starts with the one
     * @throws InterruptedException if the thread is interrupted
     */
    public String awaitBoth(String word, String other) throws InterruptedException {
        boolean heardOther = false;
        String rest = null;
        while (rest == null || !heardOther) {
            String line = awaitLine();
            if (line.equals(word) || line.startsWith(word + " ")) {
                rest = line.substring(word.length()).strip();
            }
            heardOther |= line.equals(other) || line.startsWith(other + " ");
        }
        return rest;
    }

    /**
     * Waits for its next line, whatever that is.
     *
     * @return the line
     * @throws InterruptedException if the thread is interrupted
     * @throws IllegalStateException if it has ended, or says nothing for long
     */
    public String awaitLine() throws InterruptedException {
        String line = next(PATIENCE);
        if (line == null) {
            throw new IllegalStateException(name + " said nothing within " + PATIENCE);
        }
        return line;
    }

    /**
     * Waits for its next line for a time.
     *
     * @param patience how long
     * @return the line, or null if none came in that time
     * @throws InterruptedException if the thread is interrupted
     * @throws IllegalStateException if it has ended
     */
    public @Nullable String next(Duration patience) throws InterruptedException {
        String line = lines.poll(patience.toNanos(), TimeUnit.NANOSECONDS);
        if (ENDED.equals(line)) {
            lines.add(ENDED);
            throw new IllegalStateException(name + " has ended");
        }
        return line;
    }

    /**
     * Asks for a number: the answer starts with the question.
     *
     * @param question one word
     * @return the number
     * @throws IOException if it is gone
     * @throws InterruptedException if the thread is interrupted
     */
    public long ask(String question) throws IOException, InterruptedException {
        tell(question);
        return Long.parseLong(await(question));
    }

    /**
     * Processor time so far, of all threads.
     *
     * @return zero if the system does not tell
     */
    public Duration cpu() {
        return process.info().totalCpuDuration().orElse(Duration.ZERO);
    }

    /**
     * Kills it as {@code kill -9} does, and waits until it is dead and all that it said has been read.
     *
     * @return true if it was this that ended it
     * @throws InterruptedException if the thread is interrupted
     */
    public boolean kill() throws InterruptedException {
        // By its handle: the process object would close the pipe, and what is in it yet would be lost.
        boolean alive = process.toHandle().destroyForcibly();
        int status = process.waitFor();
        reader.join();
        return alive && status == 128 + 9;
    }

    /** Closes its standard input, by which it ends; one that does not is killed. */
    @Override
    public void close() throws IOException {
        try {
            commands.close();
        } catch (IOException e) {
            // It is gone, and what it was told last with it.
            process.destroyForcibly();
        }
        try {
            if (!process.waitFor(20, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    private void read() {
        try (BufferedReader output = process.inputReader(UTF_8)) {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                lines.add(line);
            }
        } catch (IOException e) {
            System.err.println(name + ": " + e.getMessage());
        }
        lines.add(ENDED);
    }
}
