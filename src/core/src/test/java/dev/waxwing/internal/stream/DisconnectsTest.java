package dev.waxwing.internal.stream;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.waxwing.error.ClientOutdatedException;
import dev.waxwing.error.ConnectionLostException;
import dev.waxwing.error.ConnectionReplacedException;
import dev.waxwing.error.LoggedOutException;
import dev.waxwing.error.ProtocolViolationException;
import dev.waxwing.error.ProxyRefusedException;
import dev.waxwing.error.ServerNotTrustedException;
import dev.waxwing.error.ServerRefusedException;
import dev.waxwing.error.StoreFailedException;
import dev.waxwing.error.TemporarilyBannedException;
import dev.waxwing.internal.binary.Node;
import dev.waxwing.internal.stream.DisconnectReason.Reaction;
import dev.waxwing.vectors.Vectors;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class DisconnectsTest {

    private record Outcome(Reaction reaction, Class<? extends Throwable> error) {}

    /** What the notes recommend, as this library says it; null for an error of any class. */
    private static final Map<String, Outcome> OUTCOMES = Map.of(
            "reconnect-now", new Outcome(Reaction.RECONNECT_NOW, ConnectionLostException.class),
            "reconnect-with-backoff", new Outcome(Reaction.BACK_OFF, Throwable.class),
            "reconnect-with-long-backoff", new Outcome(Reaction.LONG_BACK_OFF, ServerRefusedException.class),
            "logged-out", new Outcome(Reaction.STOP, LoggedOutException.class),
            "stop-replaced", new Outcome(Reaction.STOP, ConnectionReplacedException.class),
            "stop-temp-ban", new Outcome(Reaction.STOP, TemporarilyBannedException.class),
            "stop-client-outdated", new Outcome(Reaction.UPDATE_VERSION, ClientOutdatedException.class),
            "stop-bad-user-agent", new Outcome(Reaction.STOP, ServerRefusedException.class),
            "stop", new Outcome(Reaction.STOP, ServerRefusedException.class));

    @TestFactory
    Stream<DynamicTest> givenVector_whenJudged_thenRecommendedOutcome() {
        return StreamSupport.stream(
                        Vectors.load("acks-and-stream.json").get("stream").spliterator(), false)
                .filter(row -> !row.get("name").textValue().equals("success"))
                .map(row -> DynamicTest.dynamicTest(row.get("name").textValue(), () -> judge(row)));
    }

    private static void judge(JsonNode row) {
        Node node = JsonNodes.node(row.get("node"));
        Outcome expected = OUTCOMES.get(row.get("recommended").textValue());
        DisconnectReason reason = switch (node.tag()) {
            case "stream:error" -> Disconnects.ofStreamError(node);
            case "failure" -> Disconnects.ofFailure(node);
            default -> Disconnects.ofStreamEnd(node);
        };
        assertThat(reason.reaction()).isEqualTo(expected.reaction());
        assertThat(reason.error()).isInstanceOf(expected.error());
        assertThat(reason.serverStanza()).containsSame(node);
    }

    @Test
    void givenTemporaryBan_whenJudged_thenCodeAndTimeAreTold() {
        DisconnectReason reason = Disconnects.ofFailure(Node.builder("failure")
                .attr("reason", "402")
                .attr("code", "101")
                .attr("expire", "21600")
                .build());

        assertThat(reason.error()).isInstanceOfSatisfying(TemporarilyBannedException.class, ban -> {
            assertThat(ban.code()).isEqualTo(101);
            assertThat(ban.expiresIn()).contains(Duration.ofHours(6));
        });
    }

    @Test
    void givenFailureWithMessage_whenJudged_thenCodeAndTextAreTold() {
        DisconnectReason reason = Disconnects.ofFailure(Node.builder("failure")
                .attr("reason", "503")
                .attr("message", "maintenance")
                .build());

        assertThat(reason.error()).isInstanceOfSatisfying(ServerRefusedException.class, refused -> {
            assertThat(refused.code()).isEqualTo(503);
            assertThat(refused.text()).isEqualTo("maintenance");
        });
    }

    @ParameterizedTest
    @CsvSource({"device_removed,401", "anything,0", ",401"})
    void givenConflictOfAnotherType_whenJudged_thenLoggedOut(String type, String code) {
        DisconnectReason reason = Disconnects.ofStreamError(Node.builder("stream:error")
                .attr("code", code)
                .child(Node.builder("conflict").attrIfPresent("type", type).build())
                .build());

        assertThat(reason.error()).isInstanceOf(LoggedOutException.class);
        assertThat(reason.reaction()).isEqualTo(Reaction.STOP);
    }

    @ParameterizedTest
    @CsvSource({"413", "414", "599", "junk", "99999999999999"})
    void givenUnknownStreamError_whenJudged_thenBackOff(String code) {
        assertThat(Disconnects.ofStreamError(
                                Node.builder("stream:error").attr("code", code).build())
                        .reaction())
                .isEqualTo(Reaction.BACK_OFF);
    }

    @ParameterizedTest
    @CsvSource({
        "408,BACK_OFF",
        "500,BACK_OFF",
        "501,BACK_OFF",
        "520,BACK_OFF",
        "407,BACK_OFF",
        "502,BACK_OFF",
        "503,BACK_OFF",
        "504,BACK_OFF",
        "429,LONG_BACK_OFF",
        "400,BACK_OFF",
        "403,BACK_OFF",
        "404,BACK_OFF",
        "302,BACK_OFF"
    })
    void b15_givenUpgradeRefused_whenJudged_thenTriedAgainWhateverTheStatus(int status, Reaction reaction) {
        assertThat(Disconnects.of(new ServerRefusedException("upgrade", status, "", null))
                        .reaction())
                .isEqualTo(reaction);
    }

    @Test
    void b30_givenRefusalByTheProxy_whenJudged_thenTriedAgain() {
        assertThat(Disconnects.of(new ProxyRefusedException("x", "proxy:1", "status: 407", null))
                        .reaction())
                .isEqualTo(Reaction.BACK_OFF);
    }

    @Test
    void givenFailureBelowStanzas_whenJudged_thenOnlyTrustIsFinal() {
        assertThat(Disconnects.of(new ConnectionLostException("x")).reaction()).isEqualTo(Reaction.BACK_OFF);
        assertThat(Disconnects.of(new ProtocolViolationException("x")).reaction())
                .isEqualTo(Reaction.BACK_OFF);
        assertThat(Disconnects.of(new StoreFailedException("x")).reaction()).isEqualTo(Reaction.BACK_OFF);
        assertThat(Disconnects.of(new ServerNotTrustedException("x")).reaction())
                .isEqualTo(Reaction.STOP);
    }

    @Test
    void givenPassingReason_whenCallsFail_thenTheyMayBeRepeated() {
        DisconnectReason rateLimited = Disconnects.ofStreamError(
                Node.builder("stream:error").attr("code", "429").build());

        assertThat(Disconnects.forCallers(rateLimited))
                .isInstanceOf(ConnectionLostException.class)
                .hasCause(rateLimited.error());
    }
}
