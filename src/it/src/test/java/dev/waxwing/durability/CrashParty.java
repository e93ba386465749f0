package dev.waxwing.durability;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waxwing.process.SteeredProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;

/** One side of {@link CrashIT} over all its lives. */
final class CrashParty {

    /** What makes a JVM start soon: most of its lives are short. */
    private static final List<String> OPTIONS =
            List.of("-Xmx256m", "-Xshare:auto", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-XX:-UsePerfData");

    private static final int PAUSE_MICROS = 500;

    private final String uri;
    private final Path trust;
    private final Path folder;
    private final Path temporary;
    private final Script own;
    private final Random random;

    /**
     * @param folder with what makes the server trusted
     * @param own what this side writes
     */
    CrashParty(String uri, Path folder, Script own, long seed) throws IOException {
        this.uri = uri;
        this.trust = folder;
        this.folder = Files.createDirectory(folder.resolve(String.valueOf(own.author())));
        this.temporary = this.folder.resolve("tmp");
        this.own = own;
        random = new Random(seed);
    }

    /** A JVM with these options and a folder for its temporary files, which is left to the caller. */
    static SteeredProcess java(String name, Path temporary, Class<?> main, String... arguments) throws IOException {
        return SteeredProcess.start(name, Map.of(), SteeredProcess.java(temporary, OPTIONS, main, arguments));
    }

    /** What happens on the server while it lives. */
    interface Stir {
        void stir() throws IOException;
    }

    private interface Life {
        void live(SteeredProcess client) throws IOException, InterruptedException;
    }

    /** Has the client live in a process of its own, and clears up behind it. */
    private void live(Life life) throws IOException, InterruptedException {
        Files.createDirectory(temporary);
        try (SteeredProcess client = java(
                "crash-client-" + own.author(),
                temporary,
                CrashClient.class,
                uri,
                trust.toString(),
                folder.toString(),
                String.valueOf(own.author()),
                String.valueOf(random.nextLong()))) {
            life.live(client);
        } finally {
            delete(temporary);
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    /**
     * Makes it a device of an account of its own.
     *
     * @return the account's address
     */
    String link(SteeredProcess server) throws IOException, InterruptedException {
        StringBuilder jid = new StringBuilder();
        live(client -> {
            server.tell("scan crash-" + own.author() + " " + client.await("qr"));
            // Two threads say them: a socket tells its listeners, and whoever waits for it to open.
            jid.append(client.awaitBoth("open", "backlog"));
        });
        return jid.toString();
    }

    /**
     * Lives so many lives that end by a kill. In each one it may send some more of its messages, so that they last till
     * the end.
     *
     * @param stir called in each life, while it sends
     */
    void liveAndDie(int lives, String peer, String group, Stir stir) throws IOException, InterruptedException {
        for (int i = 0; i < lives; i++) {
            Kill kill = Kill.random(random);
            int last = own.size() * (i + 1) / (lives + 1);
            live(client -> {
                send(client, peer, group, last, PAUSE_MICROS);
                stir.stir();
                kill.await(client);
                assertThat(client.kill())
                        .as("%s died of %s", own.author(), kill)
                        .isTrue();
            });
        }
    }

    /** Lives on until all its messages are acknowledged and it has heard so many. */
    void finish(String peer, String group, int messages) throws IOException, InterruptedException {
        live(client -> {
            client.await("open");
            send(client, peer, group, own.size(), 0);
            boolean done = false;
            boolean heard = heard() == messages;
            while (!done || !heard) {
                String line = client.awaitLine();
                done |= line.equals("done");
                heard |= line.equals(CrashClient.HEARD + " " + messages);
            }
        });
    }

    /** Lives once more, for anything that might still come. */
    void awaitBacklog() throws IOException, InterruptedException {
        live(client -> client.await("backlog"));
    }

    private void send(SteeredProcess client, String peer, String group, int last, int pauseMicros) throws IOException {
        client.tell("send " + peer + " " + group + " " + last + " " + pauseMicros);
    }

    HeardLog.Verdict verdict() throws IOException {
        return HeardLog.judge(DurableLines.read(folder.resolve(CrashClient.HEARD)));
    }

    /** How many messages of the other side it has heard. */
    int heard() throws IOException {
        return (int) verdict().heard().stream().filter(Script::isWritten).count();
    }

    List<String> acked() throws IOException {
        return DurableLines.read(folder.resolve(CrashClient.ACKED));
    }

    /** What should not have happened, as the client saw it. */
    List<String> trouble() throws IOException {
        return DurableLines.read(folder.resolve(CrashClient.TROUBLE));
    }
}
