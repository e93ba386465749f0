package dev.waxwing.internal.addon;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.ByteString;
import dev.waxwing.internal.crypto.Digests;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The options of a poll by their hashes, which is how a vote names them: SHA-256 of the text. */
public final class OptionHashes {

    private final Map<ByteString, String> options = new LinkedHashMap<>();

    private OptionHashes() {}

    /**
     * Hashes options.
     *
     * @param options the options of one poll
     * @return the options by hash
     */
    public static OptionHashes of(List<String> options) {
        OptionHashes hashes = new OptionHashes();
        options.forEach(option -> hashes.options.putIfAbsent(hash(option), option));
        return hashes;
    }

    /**
     * The hash of an option.
     *
     * @param option its text
     * @return 32 bytes
     */
    public static ByteString hash(String option) {
        return ByteString.copyFrom(Digests.sha256(option.getBytes(UTF_8)));
    }

    /**
     * What a vote names.
     *
     * @param hashes the hashes in the vote
     * @return those options that the poll has, each once, in the order of the vote
     */
    public List<String> named(List<ByteString> hashes) {
        return hashes.stream()
                .filter(options::containsKey)
                .map(options::get)
                .distinct()
                .toList();
    }
}
