package dev.waxwing.internal.message;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waxwing.event.Events;
import dev.waxwing.event.MessagesUpsert;
import dev.waxwing.internal.account.Credentials;
import dev.waxwing.internal.area.SystemMessage;
import dev.waxwing.model.Jid;
import dev.waxwing.model.MessageKey;
import dev.waxwing.model.content.StubMessage;
import dev.waxwing.model.content.WebMessage;
import dev.waxwing.proto.e2e.Message;
import dev.waxwing.proto.web.WebMessageInfo.StubType;
import dev.waxwing.store.MemoryStore;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Messages that no person wrote: in the inbox before anybody is told, and there once. */
final class SystemMessagesTest {

    private static final Jid GROUP = Jid.group("120363000000000001");
    private static final Jid BOB = Jid.lid("200000000000002");
    private static final UnaryOperator<Credentials> ALICE = own -> own.toBuilder()
            .me(Jid.phone("15551230001").withDevice(3))
            .lid(Jid.lid("100000000000001").withDevice(3))
            .build();

    @Test
    void givenANoticeThatComesAgainAfterADeath_whenKeptAgain_thenTheNextProcessShowsItOnce() {
        try (MemoryStore store = MemoryStore.create()) {
            PlayedAccount first = account(store);
            first.messaging.keep(List.of(renamed("N1")));
            // Dead before the ack and before any listener: nothing of it is closed.
            PlayedAccount second = account(store);
            List<MessagesUpsert> shown = second.listen(Events.MESSAGES_UPSERT);

            second.messaging.keep(List.of(renamed("N1")));
            second.messaging.keep(List.of(renamed("N2")));

            assertThat(shown.stream().flatMap(batch -> batch.messages().stream()))
                    .extracting(WebMessage::id)
                    .containsExactly("N1", "N2");
            WebMessage message = shown.get(0).messages().get(0);
            assertThat(message.stub()).contains(new StubMessage(StubType.GROUP_CHANGE_SUBJECT, List.of("Waxwings")));
            assertThat(message.key().remoteJid()).isEqualTo(GROUP);
            assertThat(message.author()).isEqualTo(BOB);
            assertThat(message.pushName()).isEqualTo(Optional.of("Bob"));
            second.close();
            first.close();
        }
    }

    private static PlayedAccount account(MemoryStore store) {
        return new PlayedAccount(store, Runnable::run, ALICE, false, PlayedAccount.policy());
    }

    private static SystemMessage renamed(String id) {
        return new SystemMessage(
                MessageKey.builder(GROUP, false, id).participant(BOB).build(),
                Instant.ofEpochSecond(1_760_000_000),
                "Bob",
                false,
                Message.getDefaultInstance(),
                new StubMessage(StubType.GROUP_CHANGE_SUBJECT, List.of("Waxwings")));
    }
}
