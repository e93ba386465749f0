package dev.waxwing.internal.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waxwing.error.RequestTimeoutException;
import dev.waxwing.internal.binary.Node;
import dev.waxwing.internal.threads.ManualTimer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class RequestsTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final ManualTimer timer = new ManualTimer();
    private final Requests requests = new Requests(timer, () -> {});

    private CompletableFuture<Node> await(String tag, String to) {
        CompletableFuture<Node> answer = new CompletableFuture<>();
        requests.awaitAck(Node.builder(tag).attr("id", "X").attr("to", to).build(), PATIENCE, answer);
        return answer;
    }

    private boolean ack(String type, String from) {
        return requests.onAck(Node.builder("ack")
                .attr("class", type)
                .attr("id", "X")
                .attr("from", from)
                .build());
    }

    @Test
    void givenCopiesToSeveralDevices_whenAcked_thenEachAckIsTakenByTheCopyToItsSender() {
        CompletableFuture<Node> chat = await("message", "1@lid");
        CompletableFuture<Node> first = await("message", "1:1@lid");
        CompletableFuture<Node> second = await("message", "1:2@lid");

        assertThat(ack("message", "1:2@lid")).isTrue();
        assertThat(second).isDone();
        assertThat(chat).isNotDone();
        assertThat(first).isNotDone();
        assertThat(ack("message", "1@lid")).isTrue();
        assertThat(chat).isDone();
        assertThat(first).isNotDone();
    }

    @Test
    void givenSameCopyTwice_whenAckedTwice_thenBothAreDoneInTurn() {
        CompletableFuture<Node> first = await("message", "1:1@lid");
        CompletableFuture<Node> again = await("message", "1:1@lid");

        assertThat(ack("message", "1:1@lid")).isTrue();
        assertThat(first).isDone();
        assertThat(again).isNotDone();
        assertThat(ack("message", "1:1@lid")).isTrue();
        assertThat(again).isDone();
        assertThat(requests.pending()).isZero();
        assertThat(ack("message", "1:1@lid")).isFalse();
    }

    @Test
    void givenMessageAndReceiptOfOneId_whenAcked_thenTheClassDecides() {
        CompletableFuture<Node> message = await("message", "1@lid");
        CompletableFuture<Node> receipt = await("receipt", "1@lid");

        assertThat(ack("receipt", "1@lid")).isTrue();
        assertThat(receipt).isDone();
        assertThat(message).isNotDone();
    }

    @Test
    void givenServerThatAcksInAnotherClassAndName_whenOnlyOneWaits_thenItIsTaken() {
        CompletableFuture<Node> message = await("message", "1@lid");

        assertThat(ack("receipt", "1555@s.whatsapp.net")).isTrue();
        assertThat(message).isDone();
    }

    @Test
    void givenNoAck_whenTheTimeIsOver_thenEachFailsAndNothingIsLeft() {
        CompletableFuture<Node> first = await("message", "1:1@lid");
        CompletableFuture<Node> again = await("message", "1:1@lid");

        timer.advance(PATIENCE);

        assertThat(first).isCompletedExceptionally();
        assertThat(again.handle((ack, failure) -> failure).join()).isInstanceOf(RequestTimeoutException.class);
        assertThat(requests.pending()).isZero();
    }
}
