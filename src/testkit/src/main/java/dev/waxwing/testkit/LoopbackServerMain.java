package dev.waxwing.testkit;

import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/**
 * Runs a {@link LoopbackServer} as a program until it is told to stop.
 *
 * <p>Options: {@code --port}, {@code --cleartext-port}, {@code --seed}, {@code --latency} (milliseconds) with a number,
 * {@code --strict}, and {@code --service-names} for a certificate that also names the real service's hosts.
 * Environment: {@code TESTKIT_PORT}, {@code TESTKIT_SEED_GROUP} (a subject; empty for none), {@code
 * TESTKIT_PHONE_BOOTSTRAP} ({@code on} or {@code off}), {@code CHATSTATE_TTL_SECS}.
 */
public final class LoopbackServerMain {

    /** The group that Baileys' own end-to-end tests look for; without it one of them skips itself. */
    private static final String SEED_GROUP = "Baileys Group Test";

    private LoopbackServerMain() {}

    /**
     * Starts the server and waits.
     *
     * @param args the options
     * @throws InterruptedException if the waiting is interrupted
     */
    public static void main(String[] args) throws InterruptedException {
        LoopbackServerBuilder builder;
        try {
            builder = configured(args, System.getenv());
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage());
            System.err.println(
                    "options: --port <n> --cleartext-port <n> --seed <n> --latency <ms> --strict --service-names");
            System.exit(2);
            return;
        }
        run(builder, System.out);
    }

    private static void run(LoopbackServerBuilder builder, PrintStream out) throws InterruptedException {
        CountDownLatch stopped = new CountDownLatch(1);
        try (LoopbackServer server = builder.start()) {
            Thread main = Thread.currentThread();
            Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                stopped.countDown();
                awaitEnd(main);
            }));
            out.println("listening on " + server.uri());
            out.flush();
            stopped.await();
        }
    }

    /** The JVM ends with its shutdown hooks, so they wait for the server to be closed in order. */
    private static void awaitEnd(Thread main) {
        try {
            main.join(Duration.ofSeconds(10).toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    static LoopbackServerBuilder configured(String[] args, Map<String, String> environment) {
        LoopbackServerBuilder builder = LoopbackServer.builder();
        builder.port(number("TESTKIT_PORT", environment.getOrDefault("TESTKIT_PORT", "0")));
        builder.phoneBootstrap(isOn(environment.getOrDefault("TESTKIT_PHONE_BOOTSTRAP", "off")));
        builder.chatStateTtl(
                Duration.ofSeconds(number("CHATSTATE_TTL_SECS", environment.getOrDefault("CHATSTATE_TTL_SECS", "3"))));
        String seedGroup = environment.getOrDefault("TESTKIT_SEED_GROUP", SEED_GROUP);
        if (!seedGroup.isEmpty()) {
            builder.seedGroup(seedGroup);
        }
        Deque<String> options = new ArrayDeque<>(Arrays.asList(args));
        while (!options.isEmpty()) {
            String option = options.removeFirst();
            switch (option) {
                case "--port" -> builder.port(number(option, options.pollFirst()));
                case "--cleartext-port" -> builder.cleartextPort(number(option, options.pollFirst()));
                case "--seed" -> builder.seed(number(option, options.pollFirst()));
                case "--latency" -> builder.latency(Duration.ofMillis(number(option, options.pollFirst())));
                case "--strict" -> builder.strict(true);
                case "--service-names" -> builder.serviceNames();
                default -> throw new IllegalArgumentException("unknown option " + option);
            }
        }
        return builder;
    }

    private static boolean isOn(String value) {
        return switch (value) {
            case "on" -> true;
            case "off" -> false;
            default ->
                throw new IllegalArgumentException("TESTKIT_PHONE_BOOTSTRAP must be on or off but was '" + value + "'");
        };
    }

    private static int number(String name, @Nullable String value) {
        try {
            return Integer.parseInt(String.valueOf(value));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(name + " must be a number but was " + value, e);
        }
    }
}
