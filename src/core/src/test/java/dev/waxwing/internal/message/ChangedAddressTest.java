package dev.waxwing.internal.message;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.waxwing.internal.account.Credentials;
import dev.waxwing.internal.account.PublicIdentity;
import dev.waxwing.internal.binary.Node;
import dev.waxwing.internal.device.KeyNodes;
import dev.waxwing.internal.outbox.SentMessages;
import dev.waxwing.internal.stream.routing.Acknowledgement;
import dev.waxwing.model.Jid;
import dev.waxwing.model.MessageKey;
import dev.waxwing.model.content.Content;
import dev.waxwing.proto.e2e.Message;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A LID that is learned while a message is under way. */
final class ChangedAddressTest {

    private static final Jid ME = Jid.phone("15551230001").withDevice(9);
    private static final Jid MY_LID = Jid.lid("100000000000001").withDevice(9);
    private static final Jid BOB = Jid.phone("15551230002");
    private static final Jid BOB_LID = Jid.lid("200000000000002");

    @Test
    void givenALidLearnedAfterTheDevicesWereLookedUp_whenTheMessageIsEncrypted_thenItGoesOutAllTheSame()
            throws Exception {
        try (PlayedAccount alice =
                new PlayedAccount(own -> own.toBuilder().me(ME).lid(MY_LID).build(), true, PlayedAccount.policy())) {
            Credentials bob = Credentials.create();
            alice.server(iq -> {
                if ("usync".equals(iq.attr("xmlns"))) {
                    return devicesOf(iq);
                }
                // As a message of theirs on another thread would teach it.
                alice.lids.learn(BOB, BOB_LID);
                return bundleOf(iq.requireChild("key").child("user").requireJid("jid"), bob);
            });
            alice.messaging.opened();

            alice.messaging.send(BOB, Content.text("hello"), null).result().get(20, SECONDS);

            List<Node> messages = alice.takeSent().stream()
                    .filter(stanza -> stanza.tag().equals("message"))
                    .toList();
            assertThat(messages).hasSize(1);
            assertThat(messages.get(0).requireChild("participants").children("to").stream()
                            .map(to -> to.requireJid("jid")))
                    .containsExactly(BOB_LID);
        }
    }

    @Test
    void givenALidLearnedWhileKeysAreFetchedForARetry_whenTheMessageIsEncryptedAnew_thenItGoesOutAllTheSame()
            throws Exception {
        try (PlayedAccount alice =
                new PlayedAccount(own -> own.toBuilder().me(ME).lid(MY_LID).build(), true, PlayedAccount.policy())) {
            Credentials bob = Credentials.create();
            alice.server(iq -> {
                if ("usync".equals(iq.attr("xmlns"))) {
                    return devicesOf(iq);
                }
                alice.lids.learn(BOB, BOB_LID);
                return bundleOf(iq.requireChild("key").child("user").requireJid("jid"), bob);
            });
            alice.store.transact(tx -> {
                SentMessages.Writer writer = new SentMessages.Writer(tx);
                writer.put(
                        MessageKey.of(BOB, true, "A"),
                        PlayedAccount.NOW,
                        Message.newBuilder().setConversation("hello").build());
                writer.finish();
                return true;
            });

            Acknowledgement answer = alice.receive(Node.builder("receipt")
                    .attr("id", "A")
                    .attr("from", BOB)
                    .attr("type", "retry")
                    .child(Node.builder("retry")
                            .attr("id", "A")
                            .attr("count", 1)
                            .build())
                    .build());

            assertThat(answer).isEqualTo(Acknowledgement.ACK);
            List<Node> sent = alice.takeSent();
            assertThat(sent).hasSize(1);
            assertThat(sent.get(0).requireJid("to")).isEqualTo(BOB);
            assertThat(sent.get(0).requireChild("enc").attr("type")).isEqualTo("pkmsg");
        }
    }

    /** Each has a phone and nothing else; nobody's LID is told. */
    private static Node devicesOf(Node iq) {
        List<Node> users = iq.requireChild("usync").requireChild("list").children("user").stream()
                .map(user -> user.requireJid("jid"))
                .map(jid -> Node.builder("user")
                        .attr("jid", jid)
                        .child(Node.builder("devices")
                                .child(Node.builder("device-list")
                                        .child(Node.builder("device")
                                                .attr("id", jid.isLid() ? 9 : 0)
                                                .attr("key-index", 1)
                                                .build())
                                        .build())
                                .build())
                        .build())
                .toList();
        return Node.builder("iq")
                .child(Node.builder("usync")
                        .child(Node.builder("list").children(users).build())
                        .build())
                .build();
    }

    private static Node bundleOf(Jid device, Credentials keys) {
        Node user = Node.builder("user")
                .attr("jid", device)
                .child(KeyNodes.registration(PublicIdentity.of(keys)))
                .child(KeyNodes.type())
                .child(KeyNodes.identity(PublicIdentity.of(keys)))
                .child(KeyNodes.signed(PublicIdentity.of(keys)))
                .build();
        return Node.builder("iq")
                .child(Node.builder("list").child(user).build())
                .build();
    }
}
