package dev.waxwing.internal.message;

import java.time.Duration;

/**
 * What receipts say, and how long they wait.
 *
 * @param available whether this device announces itself as available; if not, its delivery receipts say so
 * @param readReceipts whether authors are told that their messages were read or played; if not, only the own devices are
 * @param patience how long a receipt of the application waits for a connection, positive
 */
public record ReceiptPolicy(boolean available, boolean readReceipts, Duration patience) {}
