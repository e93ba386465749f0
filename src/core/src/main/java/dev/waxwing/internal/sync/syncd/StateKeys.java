package dev.waxwing.internal.sync.syncd;

import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** The keys that are needed to read something, expanded once each. Not thread-safe. */
public final class StateKeys {

    private final Function<byte[], Optional<byte[]>> shared;
    private final Map<String, Optional<MutationKeys>> expanded = new HashMap<>();

    /**
     * Looks keys up when they are needed.
     *
     * @param shared given the id of a key, its data, if the phone has shared it
     */
    public StateKeys(Function<byte[], Optional<byte[]>> shared) {
        this.shared = shared;
    }

    /**
     * The keys of an id.
     *
     * @throws MissingKeyException if it was not shared
     */
    MutationKeys of(byte[] keyId) {
        return find(keyId).orElseThrow(() -> new MissingKeyException(List.of(hex(keyId))));
    }

    /**
     * Requires all of some keys, so that all that are missing are told at once.
     *
     * @throws MissingKeyException if any was not shared
     */
    void requireAll(List<byte[]> keyIds) {
        Set<String> missing = new LinkedHashSet<>();
        keyIds.stream()
                .filter(keyId -> find(keyId).isEmpty())
                .map(StateKeys::hex)
                .forEach(missing::add);
        if (!missing.isEmpty()) {
            throw new MissingKeyException(List.copyOf(missing));
        }
    }

    private Optional<MutationKeys> find(byte[] keyId) {
        return expanded.computeIfAbsent(
                hex(keyId), unused -> shared.apply(keyId).map(MutationKeys::expand));
    }

    private static String hex(byte[] keyId) {
        return HexFormat.of().formatHex(keyId);
    }
}
