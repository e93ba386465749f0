package dev.waxwing.fuzz;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Runs one target on mutated inputs for a time: its name, the seconds, the random seed, and the folder for an input
 * that fails.
 */
final class MutatorRun {

    private MutatorRun() {}

    public static void main(String[] args) throws Exception {
        String name = args[0];
        FuzzTarget target = FuzzTargets.named(name);
        List<byte[]> seeds = new ArrayList<>(target.seeds());
        seeds.addAll(Seeds.kept(name));
        Mutator mutator = new Mutator(Long.parseLong(args[2]), seeds);
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(Long.parseLong(args[1]));
        long inputs = 0;
        long slowest = 0;
        for (long now = System.nanoTime(); now < end; ) {
            byte[] input = inputs < seeds.size() ? seeds.get((int) inputs) : mutator.next();
            inputs++;
            try {
                target.accept(input);
            } catch (Throwable e) {
                Files.write(Path.of(args[3], "crash-" + inputs), input);
                e.printStackTrace();
                System.err.println(FuzzRun.EXECUTED + inputs);
                System.exit(1);
            }
            long done = System.nanoTime();
            slowest = Math.max(slowest, done - now);
            now = done;
        }
        System.err.println("slowest input: " + TimeUnit.NANOSECONDS.toMillis(slowest) + " ms");
        System.err.println(FuzzRun.EXECUTED + inputs);
    }
}
