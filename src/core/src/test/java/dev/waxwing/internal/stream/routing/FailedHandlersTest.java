package dev.waxwing.internal.stream.routing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waxwing.error.ConnectionLostException;
import dev.waxwing.error.ProtocolViolationException;
import dev.waxwing.error.SocketClosedException;
import dev.waxwing.internal.binary.Node;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.Logger;

/** How loud a failed handler is told. */
final class FailedHandlersTest {

    private static final Node MESSAGE = Node.builder("message").attr("id", "M1").build();

    static Stream<Throwable> cutOff() {
        ConnectionLostException lost = new ConnectionLostException("lost");
        return Stream.of(lost, new CompletionException(lost), new SocketClosedException("closed"));
    }

    @ParameterizedTest
    @MethodSource("cutOff")
    void givenHandlerThatWasCutOff_whenLogged_thenNobodyIsAlarmed(Throwable failure) {
        assertThat(levels(failure)).containsExactly("debug");
    }

    @Test
    void givenMalformedStanza_whenLogged_thenItIsAWarning() {
        assertThat(levels(new ProtocolViolationException("malformed"))).containsExactly("warn");
    }

    @Test
    void givenBug_whenLogged_thenItIsAnError() {
        assertThat(levels(new IllegalStateException("bug"))).containsExactly("error");
    }

    /** The levels at which something was logged. */
    private static List<String> levels(Throwable failure) {
        List<String> levels = new ArrayList<>();
        Logger log = (Logger) Proxy.newProxyInstance(
                FailedHandlersTest.class.getClassLoader(),
                new Class<?>[] {Logger.class},
                (proxy, method, arguments) -> {
                    levels.add(method.getName());
                    return null;
                });
        FailedHandlers.log(log, MESSAGE, failure);
        return levels;
    }
}
