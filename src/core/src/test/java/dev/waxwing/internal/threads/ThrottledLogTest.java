package dev.waxwing.internal.threads;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.helpers.MessageFormatter;

/** However often somebody is warned of, the log does not fill. */
class ThrottledLogTest {

    private final List<String> lines = new ArrayList<>();
    private final ManualTimer timer = new ManualTimer();
    private final ThrottledLog log = new ThrottledLog(
            (Logger) Proxy.newProxyInstance(
                    Logger.class.getClassLoader(), new Class<?>[] {Logger.class}, (proxy, method, arguments) -> {
                        assertThat(method.getName()).isEqualTo("warn");
                        Object[] values = arguments.length == 2
                                ? (Object[]) arguments[1]
                                : Arrays.copyOfRange(arguments, 1, arguments.length);
                        lines.add(MessageFormatter.arrayFormat((String) arguments[0], values)
                                .getMessage());
                        return null;
                    }),
            timer);

    @Test
    void givenOneSubject_whenWarnedOfOften_thenOneLineAMinuteWithACount() {
        for (int i = 0; i < 1_000; i++) {
            log.warn("bob", "refused");
        }
        assertThat(lines).containsExactly("bob: refused");

        timer.advance(Duration.ofSeconds(61));
        log.warn("bob", "refused");
        timer.advance(Duration.ofSeconds(60));

        assertThat(lines)
                .containsExactly(
                        "bob: refused",
                        "bob: 999 more of the kind in the last minute",
                        "bob: 1 more of the kind in the last minute");
    }

    @Test
    void givenASubjectThatFellSilent_whenWarnedOfAgain_thenAtOnce() {
        log.warn("bob", "refused");
        timer.advance(Duration.ofMinutes(2));

        log.warn("bob", "refused again");

        assertThat(lines).containsExactly("bob: refused", "bob: refused again");
        timer.advance(Duration.ofMinutes(2));
        assertThat(timer.scheduled()).isZero();
    }

    @Test
    void givenMoreSubjectsThanMany_whenEachIsWarnedOf_thenTheRestShareALine() {
        for (int i = 0; i < 10_000; i++) {
            log.warn("person " + i, "refused");
        }

        assertThat(lines).hasSize(ThrottledLog.MOST_SUBJECTS + 1);
        timer.advance(Duration.ofMinutes(1));
        assertThat(lines).last().isEqualTo("others: 9899 more of the kind in the last minute");
    }
}
