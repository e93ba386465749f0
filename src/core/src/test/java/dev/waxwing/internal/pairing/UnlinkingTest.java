package dev.waxwing.internal.pairing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waxwing.error.ConnectionLostException;
import dev.waxwing.error.LoggedOutException;
import dev.waxwing.error.RequestTimeoutException;
import dev.waxwing.error.WaxwingException;
import dev.waxwing.internal.account.Self;
import dev.waxwing.internal.binary.Node;
import dev.waxwing.model.Jid;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

final class UnlinkingTest {

    private static final Jid ME = Jid.parse("15551234567:23@s.whatsapp.net");

    private final FakeStream stream = new FakeStream();
    private final List<WaxwingException> stops = new ArrayList<>();
    private final Unlinking unlinking =
            new Unlinking(stream, () -> new Self(Optional.of(ME), Optional.empty(), Optional.empty()), stops::add);

    @Test
    void givenOpen_whenLoggedOut_thenServerIsToldAndStreamStops() {
        CompletableFuture<Void> loggedOut = unlinking.logout();

        Node iq = stream.requests.get(0);
        assertThat(iq.requireChild("remove-companion-device").attr("jid")).isEqualTo("15551234567:23@s.whatsapp.net");
        assertThat(stops).isEmpty();
        stream.answer.complete(Node.builder("iq").attr("type", "result").build());
        assertThat(loggedOut).isCompleted();
        assertThat(stops).hasOnlyElementsOfType(LoggedOutException.class).hasSize(1);
    }

    @Test
    void givenServerEndsTheStreamInsteadOfAnswering_whenLoggedOut_thenConfirmed() {
        CompletableFuture<Void> loggedOut = unlinking.logout();

        stream.answer.completeExceptionally(new LoggedOutException("device removed"));

        assertThat(loggedOut).isCompleted();
        assertThat(stops).hasOnlyElementsOfType(LoggedOutException.class).hasSize(1);
    }

    @Test
    void givenSilentServer_whenLoggedOut_thenStopsAfterThreeSeconds() {
        CompletableFuture<Void> loggedOut = unlinking.logout();

        assertThat(stream.timeouts).containsExactly(Duration.ofSeconds(3));
        stream.answer.completeExceptionally(new RequestTimeoutException("no answer"));

        assertThat(loggedOut).isCompletedExceptionally();
        assertThat(stops).hasOnlyElementsOfType(LoggedOutException.class).hasSize(1);
    }

    @Test
    void givenNotConnected_whenLoggedOut_thenTheCallFailsAndTheStreamGoesOn() {
        stream.answer.completeExceptionally(new ConnectionLostException("not connected"));

        assertThat(unlinking.logout()).isCompletedExceptionally();

        assertThat(stops).isEmpty();
    }

    @Test
    void givenNotLinked_whenLoggedOut_thenTheCallFailsAndNothingIsSent() {
        Unlinking unlinked =
                new Unlinking(stream, () -> new Self(Optional.empty(), Optional.empty(), Optional.empty()), stops::add);

        assertThat(unlinked.logout()).isCompletedExceptionally();

        assertThat(stream.requests).isEmpty();
        assertThat(stops).isEmpty();
    }
}
