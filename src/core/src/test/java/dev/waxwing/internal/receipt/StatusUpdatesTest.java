package dev.waxwing.internal.receipt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waxwing.event.Events;
import dev.waxwing.event.MessagesUpdate;
import dev.waxwing.event.MessagesUpdate.StatusChange;
import dev.waxwing.internal.event.EventDispatcher;
import dev.waxwing.internal.threads.SystemTimer;
import dev.waxwing.model.Jid;
import dev.waxwing.model.MessageKey;
import dev.waxwing.model.MessageStatus;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class StatusUpdatesTest {

    private static final Jid PHONE = Jid.phone("15551230001");
    private static final Jid LID = Jid.lid("100000000000001");
    private static final MessageKey BY_PHONE = MessageKey.of(PHONE, true, "A");
    private static final MessageKey BY_BOTH =
            MessageKey.builder(LID, true, "A").remoteJidAlt(PHONE).build();

    private final EventDispatcher events = new EventDispatcher(Runnable::run, new SystemTimer());
    private final List<MessagesUpdate> heard = new ArrayList<>();
    private final StatusUpdates statuses = new StatusUpdates(events);

    @Test
    void givenStatuses_whenTold_thenOnlyThoseThatGoForwardArePublished() {
        listen();

        tell(BY_BOTH, MessageStatus.DELIVERED);
        tell(BY_BOTH, MessageStatus.SERVER_ACK);
        tell(BY_BOTH, MessageStatus.DELIVERED);
        tell(BY_BOTH, MessageStatus.ERROR);
        tell(BY_BOTH, MessageStatus.READ);

        assertThat(heardOf("A")).containsExactly(MessageStatus.DELIVERED, MessageStatus.READ);
    }

    @Test
    void givenSeveralAtOnce_whenTold_thenWhatIsNewAmongThemIsOneEvent() {
        listen();

        tell(BY_BOTH, MessageStatus.SERVER_ACK);
        statuses.publishNews(List.of(
                new StatusChange(BY_BOTH, MessageStatus.SERVER_ACK),
                new StatusChange(MessageKey.of(PHONE, true, "B"), MessageStatus.SERVER_ACK),
                new StatusChange(MessageKey.of(PHONE, true, "B"), MessageStatus.SERVER_ACK),
                new StatusChange(MessageKey.of(PHONE, false, "A"), MessageStatus.READ)));

        assertThat(heard).hasSize(2);
        assertThat(heard.get(1).statuses())
                .extracting(change -> change.key().id())
                .containsExactly("B", "A");
    }

    @Test
    void givenPersonWhoseLidIsLearnedMeanwhile_whenToldByEitherForm_thenNoStatusGoesBack() {
        listen();

        tell(BY_PHONE, MessageStatus.SERVER_ACK);
        tell(BY_BOTH, MessageStatus.SERVER_ACK);
        tell(BY_BOTH, MessageStatus.READ);
        tell(BY_PHONE, MessageStatus.DELIVERED);

        assertThat(heardOf("A")).containsExactly(MessageStatus.SERVER_ACK, MessageStatus.READ);
    }

    @Test
    void givenManyMessagesOfBefore_whenAFullOutboxIsTold_thenTheLatestAreTheOnesRemembered() {
        for (int i = 0; i < 20_000; i++) {
            MessageKey key = MessageKey.of(PHONE, true, "before" + i);
            tell(key, MessageStatus.SERVER_ACK);
            tell(key, MessageStatus.DELIVERED);
            tell(key, MessageStatus.READ);
        }
        for (int i = 0; i < 15_000; i++) {
            tell(MessageKey.of(PHONE, true, "now" + i), MessageStatus.DELIVERED);
        }
        listen();

        for (int i = 0; i < 15_000; i++) {
            tell(MessageKey.of(PHONE, true, "now" + i), MessageStatus.SERVER_ACK);
        }

        assertThat(heard.size()).isZero();
    }

    private void listen() {
        events.on(Events.MESSAGES_UPDATE, heard::add);
    }

    private void tell(MessageKey key, MessageStatus status) {
        statuses.publishNews(List.of(new StatusChange(key, status)));
    }

    private List<MessageStatus> heardOf(String id) {
        return heard.stream()
                .flatMap(update -> update.statuses().stream())
                .filter(change -> change.key().id().equals(id))
                .map(StatusChange::status)
                .toList();
    }
}
