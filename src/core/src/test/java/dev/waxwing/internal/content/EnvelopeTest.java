package dev.waxwing.internal.content;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.waxwing.error.ProtocolViolationException;
import dev.waxwing.internal.account.Credentials;
import dev.waxwing.internal.account.Self;
import dev.waxwing.internal.binary.Node;
import dev.waxwing.model.Jid;
import dev.waxwing.model.JidServer;
import dev.waxwing.proto.e2e.DeviceSentMessage;
import dev.waxwing.proto.e2e.Message;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who sent a message to which chat, as far as its outside tells. */
class EnvelopeTest {

    private static final Self OWN = Credentials.create().toBuilder()
            .me(Jid.parse("15559990000:7@s.whatsapp.net"))
            .lid(Jid.parse("555000111222333:7@lid"))
            .build()
            .self();

    private static final Jid GROUP = Jid.group("120363000000000001");

    @Test
    void givenMessageOfAHostedDevice_whenRead_thenTheChatIsThePlainPersons_B01() {
        Jid hosted = Jid.parse("100000000000001:99@hosted.lid");

        Envelope envelope = Envelope.parse(
                message(hosted)
                        .attr("sender_pn", Jid.parse("15550001001:99@hosted"))
                        .build(),
                OWN);

        assertThat(envelope.chat()).isEqualTo(Jid.lid("100000000000001"));
        assertThat(envelope.chatAlt()).contains(Jid.phone("15550001001"));
        assertThat(envelope.sender()).as("whose session it is").isEqualTo(hosted);
    }

    @Test
    void givenMessageToAHostedRecipient_whenReadFromAnOwnDevice_thenTheChatIsThePlainPersons_B01() {
        Envelope envelope = Envelope.parse(
                message(Jid.phone("15559990000"))
                        .attr("recipient", Jid.parse("100000000000001:99@hosted.lid"))
                        .build(),
                OWN);

        assertThat(envelope.fromMe()).isTrue();
        assertThat(envelope.chat()).isEqualTo(Jid.lid("100000000000001"));
    }

    @Test
    void givenAuthorAtAnUnassignedDomain_whenRead_thenRefused_M1() {
        Jid alias = new Jid("15550001001", JidServer.ofDomainType(5), 2);

        assertThatThrownBy(() -> Envelope.parse(message(alias).build(), OWN))
                .isInstanceOf(ProtocolViolationException.class);
        assertThatThrownBy(() ->
                        Envelope.parse(message(GROUP).attr("participant", alias).build(), OWN))
                .isInstanceOf(ProtocolViolationException.class);
        assertThatThrownBy(() ->
                        Envelope.parse(message(Jid.parse("1@unknown.server")).build(), OWN))
                .isInstanceOf(ProtocolViolationException.class);
    }

    @Test
    void givenAPhoneThatIsHosted_whenRead_thenRefused_H2() {
        assertThatThrownBy(() ->
                        Envelope.parse(message(Jid.parse("15559990000@hosted")).build(), OWN))
                .isInstanceOf(ProtocolViolationException.class)
                .hasMessageContaining("15559990000@hosted");
    }

    @ParameterizedTest
    @ValueSource(strings = {"9223372036854775807", "-9223372036854775808", "-1", "253402300800", "now"})
    void L1_givenATimeOutOfRange_whenRead_thenRefusedByType(String t) {
        assertThatThrownBy(() -> Envelope.parse(
                        message(Jid.phone("15550001001")).attr("t", t).build(), OWN))
                .isInstanceOf(ProtocolViolationException.class)
                .hasMessageContaining("attribute t");
    }

    @Test
    void L1_givenTheLastMomentThereIs_whenRead_thenItIsOneInMillisecondsToo() {
        Envelope envelope = Envelope.parse(
                message(Jid.phone("15550001001")).attr("t", "253402300799").build(), OWN);

        assertThat(envelope.timestamp().toEpochMilli()).isEqualTo(253_402_300_799_000L);
    }

    @Test
    void L1_givenARecipientAtAnUnassignedDomain_whenRead_thenRefusedByType() {
        Node message = message(Jid.phone("15559990000"))
                .attr("recipient", new Jid("15550001001", JidServer.ofDomainType(5), 2))
                .build();

        assertThatThrownBy(() -> Envelope.parse(message, OWN)).isInstanceOf(ProtocolViolationException.class);
    }

    @Nested
    class B21 {

        private final Jid alice = Jid.phone("15550001001");

        @Test
        void givenADeviceSentMessageWithoutDestination_whenTheOutsideNamesTheRecipient_thenThatIsTheChat() {
            Envelope envelope = Envelope.parse(
                    message(Jid.phone("15559990000")).attr("recipient", alice).build(), OWN);

            assertThat(ReceivedContent.of(envelope, deviceSent("")).chat()).isEqualTo(alice);
        }

        @Test
        void givenADeviceSentMessageWithoutDestination_whenItIsInAGroup_thenThatIsTheChat() {
            Envelope envelope = Envelope.parse(
                    message(GROUP).attr("participant", Jid.phone("15559990000")).build(), OWN);

            assertThat(ReceivedContent.of(envelope, deviceSent("")).chat()).isEqualTo(GROUP);
        }

        @Test
        void givenADeviceSentMessageWithADestination_whenRead_thenTheSealedOneHolds() {
            Envelope envelope = Envelope.parse(
                    message(Jid.phone("15559990000"))
                            .attr("recipient", Jid.phone("15550001002"))
                            .build(),
                    OWN);

            assertThat(ReceivedContent.of(envelope, deviceSent(alice.toString()))
                            .chat())
                    .isEqualTo(alice);
        }

        @Test
        void givenADeviceSentMessageThatNamesNoChatAtAll_whenRead_thenRefused() {
            Envelope envelope = Envelope.parse(message(Jid.phone("15559990000")).build(), OWN);

            assertThatThrownBy(() -> ReceivedContent.of(envelope, deviceSent("")))
                    .isInstanceOf(ProtocolViolationException.class);
        }

        private byte[] deviceSent(String destination) {
            return MessagePadding.pad(Message.newBuilder()
                    .setDeviceSentMessage(DeviceSentMessage.newBuilder()
                            .setDestinationJID(destination)
                            .setMessage(Message.newBuilder().setConversation("hi")))
                    .build()
                    .toByteArray());
        }
    }

    private static Node.Builder message(Jid from) {
        return Node.builder("message").attr("id", "3EB0").attr("from", from).attr("t", "1700000000");
    }
}
