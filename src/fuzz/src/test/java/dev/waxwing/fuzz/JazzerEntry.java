package dev.waxwing.fuzz;

/** What Jazzer calls, by name and by these signatures. The system property {@code fuzz.target} names the target. */
public final class JazzerEntry {

    private static final FuzzTarget TARGET = FuzzTargets.named(System.getProperty("fuzz.target"));

    private JazzerEntry() {}

    public static void fuzzerTestOneInput(byte[] input) throws Exception {
        TARGET.accept(input);
    }
}
