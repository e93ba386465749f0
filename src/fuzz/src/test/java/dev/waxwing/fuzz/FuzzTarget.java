package dev.waxwing.fuzz;

import java.util.List;

/**
 * One way in for untrusted bytes, with what has to hold whatever they are. Every input finds the same state: what one
 * input changed, the target puts back.
 */
public interface FuzzTarget {

    /** Valid inputs to begin with; always the same ones for a target whose keys are fixed. */
    List<byte[]> seeds();

    /**
     * Tries one input. Returns if it was taken or refused with the exception that is promised; throws if anything else
     * came of it, an {@link AssertionError} if an invariant does not hold.
     */
    void accept(byte[] input) throws Exception;
}
