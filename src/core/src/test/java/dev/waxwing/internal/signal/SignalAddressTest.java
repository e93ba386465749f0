package dev.waxwing.internal.signal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.JsonNode;
import dev.waxwing.model.Jid;
import dev.waxwing.model.JidServer;
import dev.waxwing.vectors.Vectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class SignalAddressTest {

    static Stream<JsonNode> vectors() {
        return StreamSupport.stream(
                Vectors.load("signal-address.json").get("vectors").spliterator(), false);
    }

    @ParameterizedTest
    @MethodSource("vectors")
    void givenJid_whenFiled_thenTheKeyIsThePeers(JsonNode vector) {
        assertThat(SignalAddress.of(Jid.parse(vector.get("jid").asText())).key())
                .isEqualTo(vector.get("signalAddress").asText());
    }

    @Test
    void givenOldNameOfTheServer_whenFiled_thenItIsThePhone() {
        assertThat(SignalAddress.of(Jid.parse("15551230001@c.us")))
                .isEqualTo(SignalAddress.of(Jid.phone("15551230001")));
    }

    @Test
    void givenServersWithoutNumber_whenFiled_thenTheyStayApart() {
        assertThat(SignalAddress.of(Jid.parse("123@bot")).key()).isEqualTo("123_bot.0");
        assertThat(SignalAddress.of(Jid.parse("123:700@msgr")).key()).isEqualTo("123_msgr.700");
    }

    @Test
    void givenOnePersonsLid_whenAnotherWouldBeFiledAlike_thenThereIsNoSuchAddress_M1() {
        assertThat(SignalAddress.of(Jid.lid("15551230001")).name()).isEqualTo("15551230001_1");
        assertThatIllegalArgumentException().isThrownBy(() -> new Jid("15551230001_1", JidServer.PHONE, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> SignalAddress.of(Jid.parse("15551230001@1")));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SignalAddress.of(new Jid("15551230001", JidServer.ofDomainType(5), 0)));
    }

    @Test
    void givenNoUser_whenFiled_thenRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> SignalAddress.of(Jid.SERVER));
        assertThatIllegalArgumentException().isThrownBy(() -> SignalAddress.of(Jid.parse("\u00fcmlaut@lid")));
        assertThatIllegalArgumentException().isThrownBy(() -> SignalAddress.of(Jid.lid("1".repeat(129))));
    }
}
