package dev.waxwing.scaling;

import static java.util.Objects.requireNonNull;

/**
 * How far a batch has come, in recipients.
 *
 * @param total all of them, those known to be duplicates left out
 * @param sent those whose message the server acknowledged
 * @param failed those whose message failed
 * @param skipped those that {@code skipIf} left out
 * @param notSent those that the batch did not come to before it was stopped
 */
public record BatchProgress(int total, int sent, int failed, int skipped, int notSent) {

    /**
     * Recipients with an outcome.
     *
     * @return at most {@code total}
     */
    public int done() {
        return sent + failed + skipped + notSent;
    }

    /**
     * The progress after one more recipient.
     *
     * @param outcome what became of it
     * @return the new progress
     */
    public BatchProgress with(BatchOutcome outcome) {
        requireNonNull(outcome, "outcome");
        return new BatchProgress(
                total,
                sent + (outcome instanceof BatchOutcome.Sent ? 1 : 0),
                failed + (outcome instanceof BatchOutcome.Failed ? 1 : 0),
                skipped + (outcome instanceof BatchOutcome.Skipped ? 1 : 0),
                notSent + (outcome instanceof BatchOutcome.NotSent ? 1 : 0));
    }

    /**
     * The progress after a recipient turned out to be a duplicate.
     *
     * @return the new progress
     */
    public BatchProgress withoutOne() {
        return new BatchProgress(total - 1, sent, failed, skipped, notSent);
    }
}
