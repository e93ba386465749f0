package com.example.bot;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.waxwing.Socket;
import dev.waxwing.SocketConfig;
import dev.waxwing.event.Events;
import dev.waxwing.store.MemoryStore;
import dev.waxwing.testkit.LoopbackServer;
import dev.waxwing.testkit.Phone;
import dev.waxwing.testkit.phone.PhoneMessage;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The bot, tested without a phone, an account or a network. */
final class PingBotTest {

    @Test
    void givenBot_whenACustomerWritesPing_thenThePhoneOfTheCustomerGetsPong() throws Exception {
        try (MemoryStore store = MemoryStore.create();
                LoopbackServer server = LoopbackServer.start();
                Socket bot = Socket.builder(SocketConfig.builder()
                                .store(store)
                                .connection(c -> c.uri(server.uri())
                                        .noiseRootPublicKey(server.noiseRootPublicKey())
                                        .trustedCertificates(List.of(server.caCertificate())))
                                .build())
                        .on(Events.CONNECTION_UPDATE, update -> update.qr().ifPresent(server.phone("bot")::scanQr))
                        .beforeStart(PingBot::start)
                        .start()) {
            bot.whenOpen().get(30, TimeUnit.SECONDS);

            Phone customer = server.phone("customer");
            customer.sendText(bot.user().orElseThrow(), "ping");
            PhoneMessage answer = customer.await(message -> message.text().equals("pong"), Duration.ofSeconds(30));

            assertEquals(bot.user().orElseThrow().withoutDevice(), answer.author());
        }
    }
}
