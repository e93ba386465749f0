package dev.waxwing.internal.stream.link;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waxwing.error.ConnectionLostException;
import dev.waxwing.error.WaxwingException;
import dev.waxwing.internal.binary.Node;
import dev.waxwing.internal.crypto.Curve25519;
import dev.waxwing.internal.threads.AsyncSemaphore;
import dev.waxwing.internal.threads.ManualTimer;
import dev.waxwing.model.Jid;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Accounts that all want to connect, with a permit for one. */
final class QueueingConnectorTest {

    private static final StreamIdentity LOGIN =
            new StreamIdentity.Login(Curve25519.generate(), Jid.parse("15551230001:1@s.whatsapp.net"), null);

    private final ManualTimer timer = new ManualTimer();
    private final AsyncSemaphore permits = new AsyncSemaphore(1);
    private final List<CompletableFuture<StanzaLink>> attempts = new ArrayList<>();
    private final QueueingConnector connector = new QueueingConnector(
            (identity, profile, routing, receiver) -> {
                attempts.add(new CompletableFuture<>());
                return attempts.get(attempts.size() - 1);
            },
            permits,
            timer);

    @Test
    void givenOneShakesHands_whenOthersWantToConnect_thenTheyDoOneAfterAnother() {
        CompletableFuture<StanzaLink> first = connect();
        CompletableFuture<StanzaLink> second = connect();
        CompletableFuture<StanzaLink> third = connect();
        assertThat(attempts).hasSize(1);

        FakeLink link = new FakeLink();
        attempts.get(0).complete(link);
        assertThat(first).isCompletedWithValue(link);
        assertThat(attempts).hasSize(2);
        attempts.get(1).completeExceptionally(new ConnectionLostException("refused"));
        assertThat(second).isCompletedExceptionally();
        assertThat(attempts).hasSize(3);

        assertThat(third).isNotDone();
        assertThat(timer.scheduled()).isEqualTo(1);
    }

    @Test
    void givenAnAttemptHearsNothing_whenItHasHadItsTime_thenTheNextConnectsAndThatOneGoesOn() {
        CompletableFuture<StanzaLink> silent = connect();
        connect();

        timer.advance(QueueingConnector.LONGEST_HELD.minus(Duration.ofNanos(1)));
        assertThat(attempts).hasSize(1);
        timer.advance(Duration.ofNanos(1));
        assertThat(attempts).hasSize(2);

        attempts.get(0).complete(new FakeLink());
        assertThat(silent).isCompleted();
        connect();
        assertThat(attempts).as("the one permit is with the second").hasSize(2);
    }

    @Test
    void givenOneInLine_whenItIsClosedMeanwhile_thenItNeverConnects() {
        connect();
        CompletableFuture<StanzaLink> closed = connect();
        CompletableFuture<StanzaLink> last = connect();

        closed.cancel(true);
        attempts.get(0).complete(new FakeLink());

        assertThat(attempts).hasSize(2);
        attempts.get(1).complete(new FakeLink());
        assertThat(last).isCompleted();
    }

    @Test
    void givenAnAttemptUnderWay_whenItIsCalledOff_thenItIsAbandonedAndTheNextConnects() {
        CompletableFuture<StanzaLink> first = connect();
        connect();

        first.cancel(true);

        assertThat(attempts.get(0)).isCancelled();
        assertThat(attempts).hasSize(2);
    }

    private CompletableFuture<StanzaLink> connect() {
        return connector.connect(LOGIN, ClientProfile.DEFAULT, null, new StanzaLink.Receiver() {
            @Override
            public void onStanza(Node stanza) {}

            @Override
            public void onClosed(WaxwingException reason) {}
        });
    }

    private static final class FakeLink implements StanzaLink {

        @Override
        public CompletableFuture<Void> send(Node stanza) {
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public void reading(boolean on) {}

        @Override
        public void close() {}

        @Override
        public void abort(WaxwingException reason) {}
    }
}
