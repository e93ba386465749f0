package dev.waxwing.internal.receipt;

import dev.waxwing.internal.account.Availability;
import java.time.Duration;

/**
 * What receipts say, and how long they wait.
 *
 * @param availability whether this device says that its user is there; if not, its delivery receipts say so
 * @param readReceipts whether authors are told that their messages were read or played; if not, only the own devices
 *     are
 * @param patience how long a receipt of the application waits for a connection, positive
 */
public record ReceiptPolicy(Availability availability, boolean readReceipts, Duration patience) {}
