package dev.waxwing.interop;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.waxwing.model.Jid;
import dev.waxwing.model.content.WebMessage;
import dev.waxwing.testkit.traffic.Direction;
import org.junit.jupiter.api.Test;

/** Waxwing and stock Baileys clients in groups: Alice with Waxwing, Bob and Carol with Baileys. */
class GroupsWithBaileysIT extends AmongBaileysClients {

    @Test
    void givenAGroupOfBaileysClients_whenWaxwingSends_thenAllGetItAndTheSecondMessageBringsNoKeys() throws Exception {
        Jid group = groupOf(bob, alice.phoneNumber().toString(), carol.phoneNumber());

        String first = alice.sendText(group, "hello, all");
        // Baileys stores the addresses of a stranger before it takes the message's turn, and a second message may
        // overtake the first there, then ask for the key that is on its way.
        for (BaileysClient member : new BaileysClient[] {bob, carol}) {
            JsonNode message = member.awaitMessage(first);
            assertThat(message.path("text").asText()).isEqualTo("hello, all");
            assertThat(message.path("chat").asText()).isEqualTo(group.toString());
            assertThat(message.path("participant").asText())
                    .isEqualTo(alice.lid().toString());
        }
        String second = alice.sendText(group, "hello again");
        for (BaileysClient member : new BaileysClient[] {bob, carol}) {
            assertThat(member.awaitMessage(second).path("text").asText()).isEqualTo("hello again");
        }
        assertThat(keysHandedOut(first)).isPositive();
        assertThat(keysHandedOut(second)).isZero();
        assertNothingFailed();
    }

    @Test
    void givenAGroupOfBaileysClients_whenTheySend_thenWaxwingGetsAllInOrderWithTheirAuthors() throws Exception {
        Jid group = groupOf(bob, alice.phoneNumber().toString(), carol.phoneNumber());

        for (int i = 0; i < 5; i++) {
            for (BaileysClient member : new BaileysClient[] {bob, carol}) {
                WebMessage message = alice.awaitMessage(member.sendText(group.toString(), "turn " + i));
                assertThat(message.text()).isEqualTo("turn " + i);
                assertThat(message.key().remoteJid()).isEqualTo(group);
                assertThat(message.key().fromMe()).isFalse();
                assertThat(message.key().participant()).contains(Jid.parse(member.lid()));
                String answer = alice.replyText(group, "answer " + i, message);
                assertThat(bob.awaitMessage(answer).path("quotedId").asText()).isEqualTo(message.id());
                assertThat(carol.awaitMessage(answer).path("text").asText()).isEqualTo("answer " + i);
            }
        }
        assertNothingFailed();
    }

    @Test
    void givenBaileysLostItsSenderKeys_whenWaxwingSends_thenItIsGivenMessageAndKeyOnItsRequest() throws Exception {
        Jid group = groupOf(bob, alice.phoneNumber().toString(), carol.phoneNumber());
        bob.awaitMessage(alice.sendText(group, "before"));
        bob.loseSenderKeys();
        bob.reconnect();

        String lost = alice.sendText(group, "do you read me?");

        assertThat(bob.awaitHealed(lost).path("text").asText()).isEqualTo("do you read me?");
        assertThat(carol.awaitMessage(lost).path("text").asText()).isEqualTo("do you read me?");
        assertThat(bob.awaitMessage(alice.sendText(group, "and this?"))
                        .path("text")
                        .asText())
                .isEqualTo("and this?");
        assertThat(alice.awaitMessage(bob.sendText(group.toString(), "I do")).text())
                .isEqualTo("I do");
        assertThat(carol.undecryptable()).isEmpty();
    }

    private int keysHandedOut(String id) {
        return server
                .journal()
                .entries(entry -> entry.is(Direction.IN, "message")
                        && id.equals(entry.stanza().attr("id")))
                .stream()
                .map(entry -> entry.stanza().child("participants"))
                .mapToInt(participants ->
                        participants == null ? 0 : participants.children("to").size())
                .sum();
    }

    private void assertNothingFailed() {
        ServerTraffic.assertSound(server);
        assertThat(alice.undecryptable()).isEmpty();
        assertThat(bob.undecryptable()).isEmpty();
        assertThat(carol.undecryptable()).isEmpty();
        assertThat(bob.process().seen("fatal")).isEmpty();
    }
}
