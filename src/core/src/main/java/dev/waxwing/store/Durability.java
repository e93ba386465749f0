package dev.waxwing.store;

/**
 * What a committed transaction of a store on disk survives. With a database server, "machine" is the server's and
 * "process" the application's: {@link PostgresStore.Builder#durability}.
 */
public enum Durability {
    /**
     * A process that is killed at any moment loses nothing that was committed. If the machine loses power or its
     * operating system crashes, the last transactions may be gone; the file stays consistent.
     */
    PROCESS_CRASH,
    /**
     * A machine that loses power loses nothing that was committed, as far as its disk keeps what it says it has
     * written. Each commit waits for the disk; commits that wait together wait once.
     */
    POWER_LOSS
}
