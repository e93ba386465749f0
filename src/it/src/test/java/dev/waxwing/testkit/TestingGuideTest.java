package dev.waxwing.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waxwing.Socket;
import dev.waxwing.SocketConfig;
import dev.waxwing.event.Events;
import dev.waxwing.model.content.Content;
import dev.waxwing.store.MemoryStore;
import dev.waxwing.testkit.phone.PhoneMessage;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The sample of {@code docs/testing-your-bot.md}. */
final class TestingGuideTest {

    /** The bot under test: it answers ping. */
    private static void startBot(Socket bot) {
        bot.ev()
                .on(
                        Events.MESSAGES_UPSERT,
                        batch -> batch.messages().stream()
                                .filter(message -> message.text().equals("ping"))
                                .forEach(
                                        message -> bot.sendMessage(message.key().remoteJid(), Content.text("pong"))));
    }

    @Test
    void givenBot_whenACustomersPhoneWritesToIt_thenThePhoneGetsTheAnswer() throws Exception {
        try (MemoryStore store = MemoryStore.create();
                LoopbackServer server = LoopbackServer.start();
                Socket bot = bot(server, store)) {
            bot.whenOpen().get(30, TimeUnit.SECONDS);

            Phone customer = server.phone("customer");
            customer.sendText(bot.user().orElseThrow(), "ping");
            PhoneMessage answer = customer.await(message -> message.text().equals("pong"), Duration.ofSeconds(30));

            assertThat(answer.author()).isEqualTo(bot.user().orElseThrow().withoutDevice());
            assertThat(server.phone("bot").messages())
                    .extracting(PhoneMessage::text)
                    .containsExactly("ping", "pong");
        }
    }

    @Test
    void givenBot_whenAPhoneMakesAGroupWithItAndWrites_thenTheOtherMembersReadTheAnswer() throws Exception {
        try (MemoryStore store = MemoryStore.create();
                LoopbackServer server = LoopbackServer.start();
                Socket bot = bot(server, store)) {
            bot.whenOpen().get(30, TimeUnit.SECONDS);
            Phone customer = server.phone("customer");

            Phone other = server.phone("other");
            PhoneGroup berries = customer.createGroup("Berries", bot.user().orElseThrow(), other.jid());
            berries.sendText("ping");
            PhoneMessage answer = other.await(message -> message.text().equals("pong"), Duration.ofSeconds(30));
            berries.promote(bot.user().orElseThrow());
            berries.remove(other.jid());

            assertThat(answer.chat()).isEqualTo(berries.jid());
            assertThat(answer.author()).isEqualTo(bot.user().orElseThrow().withoutDevice());
            assertThat(berries.admins())
                    .containsExactly(customer.jid(), bot.user().orElseThrow().withoutDevice());
        }
    }

    private static Socket bot(LoopbackServer server, MemoryStore store) {
        return Socket.builder(SocketConfig.builder()
                        .store(store)
                        .connection(connection -> connection
                                .uri(server.uri())
                                .noiseRootPublicKey(server.noiseRootPublicKey())
                                .trustedCertificates(List.of(server.caCertificate())))
                        .build())
                .on(Events.CONNECTION_UPDATE, update -> update.qr().ifPresent(server.phone("bot")::scanQr))
                .beforeStart(TestingGuideTest::startBot)
                .start();
    }
}
