package dev.waxwing.internal.signal;

import dev.waxwing.error.StoreFailedException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The sender keys of one device in one group, newest first: one device may have handed out several while it rotated.
 */
final class SenderKeyRecord {

    /** As all peers. */
    static final int MAX_STATES = 5;

    private static final byte VERSION = 1;

    private final List<SenderKeyState> states = new ArrayList<>(1);

    static SenderKeyRecord of(SenderKeyState state) {
        SenderKeyRecord record = new SenderKeyRecord();
        record.states.add(state);
        return record;
    }

    /** The states with this id, newest first. */
    List<SenderKeyState> withId(int id) {
        return states.stream().filter(state -> state.id() == id).toList();
    }

    /** The newest one. */
    SenderKeyState newest() {
        return states.get(0);
    }

    boolean isEmpty() {
        return states.isEmpty();
    }

    /**
     * Takes a state that was handed out. One that is known by id and signing key stays as it is, for it reaches all
     * that the repeat could and a replay must not turn it back; it only moves to the front. The same id with another
     * signing key replaces the old one (as libsignal and one peer).
     *
     * @return the states that are given up for it
     */
    List<SenderKeyState> add(SenderKeyState added) {
        List<SenderKeyState> dropped = new ArrayList<>(0);
        SenderKeyState front = added;
        for (SenderKeyState known : withId(added.id())) {
            states.remove(known);
            if (Arrays.equals(known.signingKey(), added.signingKey())) {
                front = known;
            } else {
                dropped.add(known);
            }
        }
        states.add(0, front);
        if (states.size() > MAX_STATES) {
            dropped.add(states.remove(MAX_STATES));
        }
        return dropped;
    }

    /**
     * Takes what was kept under another address of the same device, behind what there is.
     *
     * @return the states that were taken
     */
    List<SenderKeyState> addBehind(SenderKeyRecord other) {
        List<SenderKeyState> taken = new ArrayList<>(0);
        for (SenderKeyState state : other.states) {
            if (states.size() < MAX_STATES && withId(state.id()).isEmpty()) {
                states.add(state);
                taken.add(state);
            }
        }
        return taken;
    }

    /** All of them, newest first. */
    List<SenderKeyState> states() {
        return List.copyOf(states);
    }

    byte[] encode() {
        int length = 2;
        for (SenderKeyState state : states) {
            length += state.encodedBytes();
        }
        ByteBuffer out = ByteBuffer.allocate(length).put(VERSION).put((byte) states.size());
        states.forEach(state -> state.encode(out));
        return out.array();
    }

    static SenderKeyRecord decode(byte[] stored) {
        ByteBuffer in = ByteBuffer.wrap(stored);
        try {
            byte version = in.get();
            int count = in.get();
            if (version != VERSION || count < 0 || count > MAX_STATES) {
                throw new StoreFailedException(
                        "a stored sender key has version " + version + " and " + count + " states");
            }
            SenderKeyRecord record = new SenderKeyRecord();
            for (int i = 0; i < count; i++) {
                record.states.add(SenderKeyState.decode(in));
            }
            if (in.hasRemaining()) {
                throw new StoreFailedException("a stored sender key has " + in.remaining() + " bytes too many");
            }
            return record;
        } catch (BufferUnderflowException e) {
            throw new StoreFailedException("a stored sender key ends early, after " + stored.length + " bytes", e);
        }
    }
}
