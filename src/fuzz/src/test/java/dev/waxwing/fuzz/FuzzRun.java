package dev.waxwing.fuzz;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Runs all targets, each in a process of its own and two at a time: the folder to work in, the seconds for each, and the
 * names of targets with commas, or {@code all}. Ends with 1 if one of them found something; the input is then below the
 * folder, and belongs into {@code corpus/<target>.txt}.
 */
final class FuzzRun {

    /** What Jazzer writes before the number of inputs. */
    static final String EXECUTED = "stat::number_of_executed_units: ";

    private static final int MOST_BYTES = 4_096;

    /** What a process may need to start, above its time. */
    private static final int GRACE_SECONDS = 120;

    private static final int AT_A_TIME = 2;

    private static final int POLL_MILLIS = 100;

    private FuzzRun() {}

    public static void main(String[] args) throws Exception {
        Path folder = Path.of(args[0]);
        int seconds = Integer.parseInt(args[1]);
        Collection<String> names = args[2].equals("all") ? FuzzTargets.all().keySet() : List.of(args[2].split(","));
        List<String> waiting = new ArrayList<>(names);
        List<Running> running = new ArrayList<>();
        int failed = 0;
        long total = 0;
        while (!waiting.isEmpty() || !running.isEmpty()) {
            while (running.size() < AT_A_TIME && !waiting.isEmpty()) {
                running.add(Running.start(folder, waiting.remove(0), seconds));
            }
            Running ended = awaitOne(running);
            running.remove(ended);
            boolean sound = ended.process.exitValue() == 0;
            long inputs = executed(ended.log);
            total += inputs;
            failed += sound ? 0 : 1;
            System.out.printf(
                    "%-16s %,12d inputs  %s%n",
                    ended.name, inputs, sound ? "nothing found" : "FAILED, see " + ended.log);
        }
        System.out.printf(
                "%d targets of %d s each, %,d inputs, %d with findings%n", names.size(), seconds, total, failed);
        System.exit(failed == 0 ? 0 : 1);
    }

    /** The first that ends, or that has been killed since it took longer than it may, which it then exits with. */
    private static Running awaitOne(List<Running> running) throws InterruptedException {
        while (true) {
            for (Running one : running) {
                if (one.process.waitFor(POLL_MILLIS, TimeUnit.MILLISECONDS)) {
                    return one;
                }
                if (System.nanoTime() - one.end > 0) {
                    one.process.destroyForcibly().waitFor();
                    return one;
                }
            }
        }
    }

    /** A target in its process. */
    private record Running(String name, Process process, Path log, long end) {

        static Running start(Path folder, String name, int seconds) throws IOException {
            Path own = folder.resolve(name);
            Path findings = Files.createDirectories(own.resolve("findings"));
            Path log = own.resolve("log.txt");
            Process process = new ProcessBuilder(command(name, seconds, FuzzRun.corpus(name, own), findings))
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
            return new Running(
                    name, process, log, System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds + GRACE_SECONDS));
        }
    }

    private static Path corpus(String name, Path own) throws IOException {
        Path corpus = Files.createDirectories(own.resolve("corpus"));
        List<byte[]> seeds = new ArrayList<>(FuzzTargets.named(name).seeds());
        seeds.addAll(Seeds.kept(name));
        for (int i = 0; i < seeds.size(); i++) {
            Files.write(corpus.resolve("seed-" + i), seeds.get(i));
        }
        return corpus;
    }

    private static List<String> command(String name, int seconds, Path corpus, Path findings) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx1g",
                "-ea",
                "-Dslf4j.internal.verbosity=ERROR",
                "-Dfuzz.target=" + name,
                "-classpath",
                System.getProperty("java.class.path")));
        if (FuzzTargets.GUIDED.containsKey(name)) {
            command.addAll(List.of(
                    "com.code_intelligence.jazzer.Jazzer",
                    "--target_class=" + JazzerEntry.class.getName(),
                    "--instrumentation_includes=dev.waxwing.**",
                    // Neither generated code nor arithmetic has branches worth a search, and both take long to prepare.
                    "--instrumentation_excludes=dev.waxwing.proto.**:dev.waxwing.internal.crypto.**",
                    "--custom_hook_excludes=**",
                    "--reproducer_path=" + findings,
                    "-artifact_prefix=" + findings + File.separator,
                    "-max_total_time=" + seconds,
                    "-max_len=" + MOST_BYTES,
                    "-print_final_stats=1",
                    corpus.toString()));
        } else {
            command.addAll(
                    List.of(MutatorRun.class.getName(), name, String.valueOf(seconds), "1", findings.toString()));
        }
        return command;
    }

    private static long executed(Path log) throws IOException {
        return Files.readAllLines(log).stream()
                .filter(line -> line.contains(EXECUTED))
                .mapToLong(line -> Long.parseLong(line.substring(line.indexOf(EXECUTED) + EXECUTED.length())
                        .trim()))
                .max()
                .orElse(0);
    }
}
