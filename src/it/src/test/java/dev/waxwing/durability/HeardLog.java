package dev.waxwing.durability;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a listener of messages writes down, and what that proves after the process was killed any number of times.
 *
 * <p>A message may come again only if it was in the listener at the kill: in the batch that was given to it last. That
 * the listener had just returned does not matter. It is the library that has to note this, and no program can do so in
 * the same instant; but it must have done so before it gives the listener anything else, so of all earlier batches
 * nothing may come again.
 */
final class HeardLog {

    private static final String STARTED = "started";
    private static final String BEGIN = "begin";
    private static final String END = "end";
    private static final String STOPPED = "stopped";

    private final DurableLines lines;

    /** Begins a new life of the process. */
    HeardLog(DurableLines lines) {
        this.lines = lines;
        lines.append(STARTED);
    }

    /** The listener was given these messages. */
    void begin(Collection<String> ids) {
        lines.append(BEGIN + " " + String.join(" ", ids));
    }

    /** The listener returns. */
    void end() {
        lines.append(END);
    }

    /** The process ends in an orderly way, with the listener: nothing that it heard may come again. */
    void stop() {
        lines.append(STOPPED);
    }

    /**
     * What the lines prove.
     *
     * @param heard messages that a listener has been given and has returned from, in the order of the first time
     * @param twice messages that came again though they were not in the listener at the kill, as often as that happened
     * @param again how often a message came again that was in the listener at the kill
     */
    record Verdict(Set<String> heard, List<String> twice, int again) {}

    /** Reads the lines of all lives. */
    static Verdict judge(List<String> lines) {
        Set<String> heard = new LinkedHashSet<>();
        List<String> twice = new ArrayList<>();
        int again = 0;
        Map<String, Integer> batchOf = new HashMap<>();
        int batch = 0;
        int atKill = 0;
        List<String> inListener = List.of();
        for (String line : lines) {
            List<String> words = List.of(line.split(" "));
            switch (words.get(0)) {
                case STARTED -> {
                    atKill = batch;
                    inListener = List.of();
                }
                case BEGIN -> {
                    batch++;
                    inListener = words.subList(1, words.size());
                    for (String id : inListener) {
                        Integer before = batchOf.put(id, batch);
                        if (before != null && before == atKill) {
                            again++;
                        } else if (before != null) {
                            twice.add(id);
                        }
                    }
                }
                case END -> heard.addAll(inListener);
                // As if an empty batch had been the last.
                case STOPPED -> batch++;
                default -> throw new IllegalArgumentException("no line of this log: " + line);
            }
        }
        return new Verdict(heard, twice, again);
    }
}
