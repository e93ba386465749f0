package dev.waxwing.durability;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The check of the order can fail, and fails for nothing that a cut connection explains. */
final class DeliveryOrderTest {

    private final DeliveryOrder order = new DeliveryOrder();

    @Test
    void givenOneConnection_whenHeardAsWritten_thenKept() {
        written(1, "a", "b", "a", "c");

        assertKept("a", "b", "c");
    }

    @Test
    void givenOneConnection_whenHeardOtherwise_thenNotKept() {
        written(1, "a", "b", "c");

        assertBroken("c", "a", "c", "b");
        assertBroken("b", "b", "a", "c");
    }

    @Test
    void givenNeverWritten_whenHeard_thenNotKept() {
        written(1, "a");

        assertBroken("b", "a", "b");
    }

    @Test
    void givenConnectionWasCut_whenTheRestCameOnTheNext_thenKept() {
        written(1, "a", "b", "c");
        written(2, "b", "d", "c");

        assertKept("a", "b", "c", "d");
        assertKept("a", "b", "d", "c");
        assertKept("b", "d", "c");
    }

    @Test
    void givenConnectionWasCut_whenAPartIsMissingInTheMiddle_thenNotKept() {
        written(1, "a", "b", "c");
        written(2, "b");

        assertBroken("c", "a", "c", "b");
    }

    @Test
    void givenConnectionWasCut_whenNextOneIsHeardOutOfOrder_thenNotKept() {
        written(1, "a", "b");
        written(2, "b", "c", "d");

        assertBroken("d", "a", "b", "d", "c");
        assertBroken("c", "a", "c", "b", "d");
    }

    @Test
    void givenMessageDoesNotCount_whenHeardAnywhere_thenKept() {
        written(1, "a", "b", "c");

        assertThat(order.firstOutOfOrder(List.of("a", "c", "b"), Set.of("b"))).isEmpty();
        assertThat(order.firstOutOfOrder(List.of("c", "a", "b"), Set.of("b"))).contains("c");
    }

    private void written(int connection, String... ids) {
        List.of(ids).forEach(id -> order.written(connection, id));
    }

    private void assertKept(String... heard) {
        assertThat(order.firstOutOfOrder(List.of(heard), Set.of())).isEmpty();
    }

    private void assertBroken(String at, String... heard) {
        assertThat(order.firstOutOfOrder(List.of(heard), Set.of())).contains(at);
    }
}
