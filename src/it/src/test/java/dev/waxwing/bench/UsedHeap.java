package dev.waxwing.bench;

/** What a process still refers to. */
final class UsedHeap {

    private UsedHeap() {}

    /** Bytes in use after a collection. */
    static long bytes() {
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }
}
