package dev.waxwing.scaling;

import static java.util.Objects.requireNonNull;

import dev.waxwing.internal.arguments.Copies;
import dev.waxwing.model.Jid;
import dev.waxwing.model.SentMessage;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What became of a batch.
 *
 * @param outcomes one for each recipient, in the order given
 * @param duplicates recipients that were given more than once, in the same form or once by number and once by LID: each
 *     entry was left out, so nobody got the message twice
 * @param progress the counts
 */
public record BatchResult(Map<Jid, BatchOutcome> outcomes, List<Jid> duplicates, BatchProgress progress) {

    /**
     * Copies the parts.
     *
     * @param outcomes one for each recipient
     * @param duplicates the entries left out
     * @param progress the counts
     */
    public BatchResult {
        outcomes = Copies.map(outcomes, "outcomes");
        duplicates = Copies.list(duplicates, "duplicates");
        requireNonNull(progress, "progress");
    }

    /**
     * The messages that the server acknowledged.
     *
     * @return by recipient, in the order given
     */
    public Map<Jid, SentMessage> sent() {
        Map<Jid, SentMessage> sent = new LinkedHashMap<>();
        outcomes.forEach((recipient, outcome) -> {
            if (outcome instanceof BatchOutcome.Sent acknowledged) {
                sent.put(recipient, acknowledged.message());
            }
        });
        return sent;
    }

    /**
     * The messages that failed.
     *
     * @return the reasons by recipient, in the order given
     */
    public Map<Jid, Throwable> failed() {
        Map<Jid, Throwable> failed = new LinkedHashMap<>();
        outcomes.forEach((recipient, outcome) -> {
            if (outcome instanceof BatchOutcome.Failed failure) {
                failed.put(recipient, failure.reason());
            }
        });
        return failed;
    }

    @Override
    public String toString() {
        return "BatchResult[" + progress + ", " + duplicates.size() + " duplicates]";
    }
}
