package dev.waxwing.internal.retry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waxwing.internal.threads.ManualTimer;
import dev.waxwing.model.Jid;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What one person may make this account do in an hour. */
class HourlyBudgetTest {

    private static final Jid BOB = Jid.phone("15551230002");
    private static final Jid CAROL = Jid.phone("15551230003");

    private final ManualTimer timer = new ManualTimer();
    private final HourlyBudget budget =
            new HourlyBudget("questions", PlaceholderRequests.MOST_ASKED_OF_A_PERSON, timer);

    @Test
    void givenOneWhoSpentAll_whenTheHourIsNotOver_thenNothingIsLeftForThemAndAllForOthers() {
        for (int i = 0; i < PlaceholderRequests.MOST_ASKED_OF_A_PERSON; i++) {
            assertThat(budget.spend(BOB)).as("no. %d", i).isTrue();
        }

        timer.advance(Duration.ofMinutes(59));

        assertThat(budget.spend(BOB)).isFalse();
        assertThat(budget.spend(CAROL)).isTrue();
    }

    @Test
    void givenOneWhoSpentAll_whenTheHourIsOver_thenThereIsAsMuchAgain() {
        for (int i = 0; i <= PlaceholderRequests.MOST_ASKED_OF_A_PERSON; i++) {
            budget.spend(BOB);
        }

        // Asking in vain does not make the hour longer.
        timer.advance(Duration.ofMinutes(61));

        assertThat(budget.spend(BOB)).isTrue();
    }
}
