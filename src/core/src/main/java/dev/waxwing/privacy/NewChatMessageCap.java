package dev.waxwing.privacy;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * How many chats this account may begin in a cycle, as the service tells it.
 *
 * @param totalQuota how many, if told
 * @param usedQuota how many of these it has begun, if told
 * @param cycleStart when the cycle began, if told
 * @param cycleEnd when it ends, if told
 * @param cappingStatus {@code NONE}, {@code FIRST_WARNING}, {@code SECOND_WARNING}, {@code CAPPED}, or what a newer
 *     service says; {@code NONE} if not told
 */
public record NewChatMessageCap(
        OptionalLong totalQuota,
        OptionalLong usedQuota,
        Optional<Instant> cycleStart,
        Optional<Instant> cycleEnd,
        String cappingStatus) {

    /**
     * Checks that nothing is null.
     *
     * @param totalQuota how many, if told
     * @param usedQuota how many of these it has begun, if told
     * @param cycleStart when the cycle began, if told
     * @param cycleEnd when it ends, if told
     * @param cappingStatus how close to the end the account is
     */
    public NewChatMessageCap {
        requireNonNull(totalQuota, "totalQuota");
        requireNonNull(usedQuota, "usedQuota");
        requireNonNull(cycleStart, "cycleStart");
        requireNonNull(cycleEnd, "cycleEnd");
        requireNonNull(cappingStatus, "cappingStatus");
    }

    /**
     * Whether the account may begin no more chats in this cycle.
     *
     * @return true if so
     */
    public boolean isCapped() {
        return "CAPPED".equals(cappingStatus);
    }
}
