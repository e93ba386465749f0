package dev.waxwing.internal.outbox;

import java.time.Duration;

/**
 * How long and how many messages wait on their way out.
 *
 * @param sendTimeout how long the caller of a send waits, positive
 * @param ackTimeout how long a message waits for its ack before it goes out again, positive
 * @param outboxLimit how many messages may be on their way, positive
 * @param outboxExpiry how old a message may become in the outbox, positive
 */
public record SendPolicy(Duration sendTimeout, Duration ackTimeout, int outboxLimit, Duration outboxExpiry) {}
