package dev.waxwing;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.time.Duration;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What the builders of pools, of their threads and of sends refuse, and in which words. */
final class SocketPoolBuilderTest {

    static Stream<Arguments> wrongValues() {
        return Stream.of(
                pool("socket", builder -> builder.add(null)),
                pool("rotation", builder -> builder.rotation(null)),
                pool("pacing", builder -> builder.pacing(null)),
                pool("sendTimeout", builder -> builder.sendTimeout(null)),
                pool("sendTimeout must be 1 ms to 7 days", builder -> builder.sendTimeout(Duration.ZERO)),
                pool("sendTimeout must be 1 ms to 7 days", builder -> builder.sendTimeout(Duration.ofSeconds(-1))),
                pool(
                        "sendTimeout must be 1 ms to 7 days",
                        builder -> builder.sendTimeout(Duration.ofSeconds(Long.MAX_VALUE))),
                pool("queueLimit must be positive but was 0", builder -> builder.queueLimit(0)),
                pool("queueLimit", builder -> builder.queueLimit(Integer.MIN_VALUE)),
                threads("loops", builder -> builder.eventLoops(null)),
                threads("workers", builder -> builder.workers(null)),
                threads("listeners", builder -> builder.listeners(null)),
                send("id", builder -> builder.messageId(null)),
                send("id must be 1 to 64 characters", builder -> builder.messageId("")),
                send("id must be 1 to 64 characters", builder -> builder.messageId("a\r\nb")),
                send("id must be 1 to 64 characters", builder -> builder.messageId("x".repeat(65))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("wrongValues")
    void givenWrongValue_whenSet_thenRefusedAtTheCallWithTheNameOfTheArgument(String expected, Runnable call) {
        assertThatThrownBy(call::run)
                .isInstanceOfAny(NullPointerException.class, IllegalArgumentException.class)
                .hasMessageContaining(expected);
    }

    private static Arguments pool(String expected, Consumer<SocketPool.Builder> call) {
        return row(expected, () -> call.accept(SocketPool.builder()));
    }

    private static Arguments threads(String expected, Consumer<Waxwing.Builder> call) {
        return row(expected, () -> call.accept(Waxwing.builder()));
    }

    private static Arguments send(String expected, Consumer<SendOptions.Builder> call) {
        return row(expected, () -> call.accept(SendOptions.builder()));
    }

    private static Arguments row(String expected, Runnable call) {
        return arguments(expected, call);
    }
}
