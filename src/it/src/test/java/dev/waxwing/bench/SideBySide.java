package dev.waxwing.bench;

import dev.waxwing.interop.NodeInstall;
import dev.waxwing.process.SteeredProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Waxwing and stock Baileys against the same loopback server: one sender, one receiver and the server, each in a
 * process of its own. Texts from one person to another with a bounded number unacknowledged; both sides store durably
 * as they do by default. Measures in rounds that alternate, so that what else the machine does falls on both.
 *
 * <p>Options: {@code --rounds}, {@code --warm-up} and {@code --seconds} (of each round), {@code --in-flight}; {@code
 * --heap <messages>} watches Waxwing's heap over so many messages instead; {@code --only waxwing} leaves Baileys out.
 * See {@code docs/performance.md}.
 */
final class SideBySide {

    private final Map<String, String> options;
    private final Path folder;

    private SideBySide(Map<String, String> options, Path folder) {
        this.options = options;
        this.folder = folder;
    }

    public static void main(String[] args) throws Exception {
        Map<String, String> options = new HashMap<>(Map.of(
                "--rounds",
                "3",
                "--warm-up",
                "10",
                "--seconds",
                "10",
                "--in-flight",
                "64",
                "--heap",
                "0",
                "--only",
                ""));
        for (int i = 0; i < args.length; i += 2) {
            if (i + 1 == args.length || options.replace(args[i], args[i + 1]) == null) {
                throw new IllegalArgumentException("options, each with a value: " + options.keySet());
            }
        }
        Path folder = Files.createTempDirectory("side-by-side-");
        try {
            new SideBySide(options, folder).run();
        } finally {
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.deleteIfExists(file);
                }
            }
        }
    }

    private void run() throws Exception {
        try (SteeredProcess server = java("server", BenchServer.class, folder.toString())) {
            String uri = server.await("listening");
            if (number("--heap") > 0) {
                watchHeap(server, uri);
            } else {
                compare(server, uri);
            }
        }
    }

    private void compare(SteeredProcess server, String uri) throws Exception {
        boolean both = !"waxwing".equals(options.get("--only"));
        try (Pair waxwing = waxwing(server, uri);
                Pair baileys = both ? baileys(server, uri) : null) {
            List<Pair> pairs = both ? List.of(baileys, waxwing) : List.of(waxwing);
            for (Pair pair : pairs) {
                pair.round(number("--warm-up"));
            }
            for (int round = 1; round <= number("--rounds"); round++) {
                for (Pair pair : pairs) {
                    Rates rates = pair.round(number("--seconds"));
                    pair.total = pair.total.plus(rates);
                    System.out.printf(Locale.ROOT, "round %d  %s  %s%n", round, pair.name, rates);
                }
            }
            pairs.forEach(pair -> System.out.printf(Locale.ROOT, "all      %s  %s%n", pair.name, pair.total));
            if (both) {
                System.out.printf(
                        Locale.ROOT,
                        "ratio: %.1f times the acknowledged, %.1f times the received messages a second%n",
                        waxwing.total.ackedPerSecond() / baileys.total.ackedPerSecond(),
                        waxwing.total.receivedPerSecond() / baileys.total.receivedPerSecond());
            }
        }
    }

    private void watchHeap(SteeredProcess server, String uri) throws Exception {
        long messages = number("--heap");
        long step = Math.max(1, messages / 20);
        try (Pair waxwing = waxwing(server, uri)) {
            waxwing.sender.tell("send " + waxwing.recipient + " " + number("--in-flight"));
            System.out.println("received  acked   heap after collection in MB: sender receiver server");
            for (long next = step; next <= messages; next += step) {
                waxwing.awaitReceived(next);
                System.out.printf(
                        Locale.ROOT,
                        "%8d %8d   %6.1f %6.1f %6.1f%n",
                        waxwing.receiver.ask("received"),
                        waxwing.sender.ask("acked"),
                        waxwing.sender.ask("heap") / 1e6,
                        waxwing.receiver.ask("heap") / 1e6,
                        server.ask("heap") / 1e6);
            }
            waxwing.sender.tell("stop");
            waxwing.sender.await("stopped");
        }
    }

    private Pair waxwing(SteeredProcess server, String uri) throws Exception {
        SteeredProcess sender = java("waxwing-sender", BenchClient.class, uri, folder.toString(), account("w1"));
        SteeredProcess receiver = java("waxwing-receiver", BenchClient.class, uri, folder.toString(), account("w2"));
        return new Pair("Waxwing", server, sender, receiver);
    }

    private Pair baileys(SteeredProcess server, String uri) throws Exception {
        SteeredProcess sender = node("baileys-sender", uri, account("b1"));
        SteeredProcess receiver = node("baileys-receiver", uri, account("b2"));
        return new Pair("Baileys", server, sender, receiver);
    }

    private String account(String name) throws IOException {
        return Files.createDirectory(folder.resolve(name)).toString();
    }

    private SteeredProcess java(String name, Class<?> main, String... args) throws IOException {
        Path temporary = Files.createDirectory(folder.resolve("tmp-" + name));
        List<String> options = Stream.concat(
                        Stream.of("-Xmx512m"),
                        Stream.of(System.getProperty("bench.jvm", "").split(" "))
                                .filter(option -> !option.isEmpty())
                                .map(option -> option.replace("%n", name)))
                .toList();
        return SteeredProcess.start(name, Map.of(), SteeredProcess.java(temporary, options, main, args));
    }

    private SteeredProcess node(String name, String... args) throws Exception {
        Path client = NodeInstall.directory().resolve("bench-client.mjs");
        return SteeredProcess.start(
                name,
                Map.of("NODE_EXTRA_CA_CERTS", folder.resolve("ca.pem").toString()),
                Stream.concat(Stream.of("node", client.toString()), Stream.of(args))
                        .toList());
    }

    private int number(String option) {
        return Integer.parseInt(options.get(option));
    }

    /** A sender and a receiver of one kind, linked. */
    private final class Pair implements AutoCloseable {
        private final String name;
        private final SteeredProcess server;
        private final SteeredProcess sender;
        private final SteeredProcess receiver;
        private final String recipient;
        private Rates total = new Rates(Duration.ZERO, 0, 0, Duration.ZERO, Duration.ZERO, Duration.ZERO);

        Pair(String name, SteeredProcess server, SteeredProcess sender, SteeredProcess receiver) throws Exception {
            this.name = name;
            this.server = server;
            this.sender = sender;
            this.receiver = receiver;
            String author = link(sender, name + "-sender");
            recipient = link(receiver, name + "-receiver");
            greet(author);
        }

        private String link(SteeredProcess client, String account) throws Exception {
            server.tell("scan " + account + " " + client.await("qr"));
            return client.await("open");
        }

        /**
         * One message each way, so that the sessions stand as they do in any conversation: no message carries keys any
         * more.
         */
        private void greet(String author) throws Exception {
            sender.tell("greet " + recipient);
            while (receiver.ask("received") < 1) {
                Thread.sleep(20);
            }
            receiver.tell("greet " + author);
            while (sender.ask("received") < 1) {
                Thread.sleep(20);
            }
        }

        /** Sends for a time and counts what happens in it; then waits until all has arrived. */
        Rates round(int seconds) throws Exception {
            long startAcked = sender.ask("acked");
            long startReceived = receiver.ask("received");
            Duration serverCpu = server.cpu();
            Duration senderCpu = sender.cpu();
            Duration receiverCpu = receiver.cpu();
            long started = System.nanoTime();
            sender.tell("send " + recipient + " " + options.get("--in-flight"));
            Thread.sleep(Duration.ofSeconds(seconds).toMillis());
            long acked = sender.ask("acked") - startAcked;
            long received = receiver.ask("received") - startReceived;
            Duration took = Duration.ofNanos(System.nanoTime() - started);
            Rates rates = new Rates(
                    took,
                    acked,
                    received,
                    sender.cpu().minus(senderCpu),
                    receiver.cpu().minus(receiverCpu),
                    server.cpu().minus(serverCpu));
            sender.tell("stop");
            sender.await("stopped");
            awaitReceived(startReceived + sender.ask("acked") - startAcked);
            return rates;
        }

        void awaitReceived(long count) throws Exception {
            long deadline = System.nanoTime() + Duration.ofSeconds(120).toNanos();
            while (receiver.ask("received") < count) {
                if (System.nanoTime() > deadline) {
                    throw new IllegalStateException(
                            name + " has " + receiver.ask("received") + " of " + count + " messages");
                }
                Thread.sleep(20);
            }
        }

        @Override
        public void close() throws IOException {
            try {
                sender.close();
            } finally {
                receiver.close();
            }
        }
    }

    /** What was counted in a time, and the processor time it took. */
    private record Rates(
            Duration time, long acked, long received, Duration senderCpu, Duration receiverCpu, Duration serverCpu) {

        Rates plus(Rates other) {
            return new Rates(
                    time.plus(other.time),
                    acked + other.acked,
                    received + other.received,
                    senderCpu.plus(other.senderCpu),
                    receiverCpu.plus(other.receiverCpu),
                    serverCpu.plus(other.serverCpu));
        }

        double ackedPerSecond() {
            return acked * 1e9 / time.toNanos();
        }

        double receivedPerSecond() {
            return received * 1e9 / time.toNanos();
        }

        private double microsEach(Duration cpu, long messages) {
            return cpu.toNanos() / 1e3 / Math.max(1, messages);
        }

        @Override
        public String toString() {
            return String.format(
                    Locale.ROOT,
                    "acknowledged %8.1f/s  received %8.1f/s  processor time each: sender %.0f us, receiver %.0f us, server %.0f us",
                    ackedPerSecond(),
                    receivedPerSecond(),
                    microsEach(senderCpu, acked),
                    microsEach(receiverCpu, received),
                    microsEach(serverCpu, acked));
        }
    }
}
