package dev.waxwing.model.content;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import dev.waxwing.internal.arguments.Copies;
import dev.waxwing.internal.crypto.Digests;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;

/**
 * What one person votes for in a poll, in place of what that person voted for before: of two votes the one of the later
 * {@link #votedAt} holds.
 *
 * @param optionHashes the options, each by the SHA-256 of its text in lower-case hexadecimal digits; none if the vote is
 *     taken back
 * @param votedAt when, by the voter's clock
 */
public record PollVote(List<String> optionHashes, Instant votedAt) {

    /**
     * Copies the list.
     *
     * @param optionHashes the options, each by its hash
     * @param votedAt when
     */
    public PollVote {
        optionHashes = Copies.list(optionHashes, "optionHashes");
        requireNonNull(votedAt, "votedAt");
    }

    /**
     * The options by name.
     *
     * @param poll the poll, as it was sent or received
     * @return those options of the poll that were voted for, in the order of the poll; hashes that are none of its are
     *     passed over
     */
    public List<String> optionsOf(PollContent poll) {
        return requireNonNull(poll, "poll").options().stream()
                .filter(option ->
                        optionHashes.contains(HexFormat.of().formatHex(Digests.sha256(option.getBytes(UTF_8)))))
                .toList();
    }
}
