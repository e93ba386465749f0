package dev.waxwing.leaks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.waxwing.internal.threads.AccountThreads;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import org.junit.jupiter.api.Test;

/** The check must be able to fail. */
final class LeftoversTest {

    @Test
    void givenBufferNobodyReleased_whenChecked_thenItIsReportedOnce() {
        Leftovers leftovers = Leftovers.fromNow();
        loseBuffer();

        assertThatThrownBy(leftovers::assertNone)
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("loseBuffer");
        leftovers.assertNone();
    }

    @Test
    void givenBufferReleased_whenChecked_thenNothingIsReported() {
        Leftovers leftovers = Leftovers.fromNow();
        ByteBufAllocator.DEFAULT.buffer(16).release();

        leftovers.assertNone();
    }

    @Test
    void givenThreadsThatAreEnding_whenChecked_thenTheyAreWaitedFor() {
        Leftovers leftovers = Leftovers.fromNow();
        AccountThreads threads = AccountThreads.create();
        threads.onLoop(() -> {});
        threads.executor().execute(() -> {});
        threads.close();

        leftovers.assertNone();

        assertThat(Thread.getAllStackTraces().keySet())
                .noneMatch(thread -> thread.getName().startsWith("waxwing-"));
    }

    private static void loseBuffer() {
        ByteBuf lost = ByteBufAllocator.DEFAULT.buffer(16);
        lost.touch("loseBuffer");
        lost.writeByte(1);
    }
}
