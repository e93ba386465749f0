package dev.waxwing.internal.sync.syncd;

import java.util.List;

/**
 * A record with what is in it, all of its MACs found right.
 *
 * @param sealed as it came
 * @param encoded the bytes of the action
 * @param action the action
 */
@SuppressWarnings("ArrayRecordComponent") // never compared, never handed out of this room
record OpenedMutation(SealedMutation sealed, byte[] encoded, StateAction action) {

    static List<OpenedMutation> all(List<SealedMutation> mutations, StateKeys keys) {
        return mutations.stream()
                .map(mutation -> {
                    byte[] encoded = mutation.open(keys.of(mutation.keyId()));
                    return new OpenedMutation(mutation, encoded, StateAction.decode(encoded, mutation.removal()));
                })
                .toList();
    }

    @Override
    public String toString() {
        return "OpenedMutation[" + action + "]";
    }
}
