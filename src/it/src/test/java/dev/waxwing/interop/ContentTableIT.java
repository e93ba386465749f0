package dev.waxwing.interop;

import static dev.waxwing.interop.BaileysProcess.fields;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.waxwing.interop.ContentTable.Row;
import dev.waxwing.interop.ContentTable.Targets;
import dev.waxwing.model.MessageKey;
import dev.waxwing.model.content.Content;
import dev.waxwing.model.content.GroupInviteContent;
import dev.waxwing.model.content.QuotedMessage;
import dev.waxwing.model.content.TextContent;
import dev.waxwing.model.content.WebMessage;
import dev.waxwing.testkit.LoopbackServer;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.function.Executable;

/** Each kind of content without a file, sent by Waxwing to stock Baileys and by stock Baileys to Waxwing. */
class ContentTableIT {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration ROW_PATIENCE = Duration.ofMillis(Long.getLong("waxwing.row.millis", 10_000L));
    private static final AtomicInteger IDS = new AtomicInteger();

    private static LoopbackServer server;
    private static WaxwingClient alice;
    private static BaileysClient bob;

    @BeforeAll
    static void link() throws Exception {
        server = LoopbackServer.start();
        alice = WaxwingClient.link(server, "alice", "Alice");
        bob = BaileysClient.link(server, "bob", "Bob");
    }

    @AfterAll
    @SuppressWarnings("try") // opened only to be closed
    static void close() throws IOException {
        try (LoopbackServer s = server;
                WaxwingClient a = alice;
                BaileysClient b = bob) {
            // Each is closed, the server last, even if one of them fails; null ones are passed over.
        }
    }

    @AfterEach
    void nothingWasLeftUnansweredOrUndecrypted() {
        ServerTraffic.assertSound(server);
        assertThat(alice.undecryptable()).isEmpty();
        assertThat(bob.undecryptable()).isEmpty();
    }

    @TestFactory
    Stream<DynamicTest> givenAKind_whenWaxwingSendsIt_thenBaileysReadsTheSame() {
        return chosen().filter(row -> row.sent() != null).map(row -> within(row, () -> sentByWaxwing(row)));
    }

    private static Stream<Row> chosen() {
        String only = System.getProperty("waxwing.row", "");
        return ContentTable.rows().stream().filter(row -> row.name().contains(only));
    }

    /** A row that waits for what never comes fails by its name, and leaves time for the others. */
    private static DynamicTest within(Row row, Executable test) {
        return DynamicTest.dynamicTest(
                row.name(), () -> assertTimeoutPreemptively(ROW_PATIENCE, test, () -> "row: " + row.name()));
    }

    private static void sentByWaxwing(Row row) throws Exception {
        String mine = alice.sendText(bob.phoneNumber(), "mine");
        bob.awaitMessage(mine);
        MessageKey theirs = alice.awaitMessage(bob.sendText(alice.phoneNumber().toString(), "theirs"))
                .key();
        Targets targets = new Targets(MessageKey.of(theirs.remoteJid(), true, mine), theirs);

        String id = send(row.sent().apply(targets));

        bob.awaitMessage(id);
        JsonNode read = bob.process()
                .call("content", fields().put("target", id))
                .path("message")
                .at(row.atBaileys().get(0));
        assertThat(read.isMissingNode()).as(row.atBaileys().get(0)).isFalse();
        assertThat(read.asText()).isEqualTo(row.atBaileys().get(1));
    }

    /**
     * Left out are the rows that Baileys has no content for and could only relay: its {@code relayMessage} of them does not
     * come to an end here, and why is not known. So is its group invitation, for which it asks for the group's picture
     * first and fails without one.
     */
    @TestFactory
    Stream<DynamicTest> givenAKind_whenBaileysSendsIt_thenWaxwingReadsTheSame() {
        return chosen().filter(row -> row.baileys() != null && row.kind() != GroupInviteContent.class)
                .map(row -> within(row, () -> sentByBaileys(row)));
    }

    private static void sentByBaileys(Row row) throws Exception {
        String other = alice.sendText(bob.phoneNumber(), "other");
        JsonNode atBob = bob.awaitMessage(other);
        String own = bob.sendText(alice.phoneNumber().toString(), "own");
        alice.awaitMessage(own);
        String id;
        if (row.baileys() != null) {
            JsonNode content = content(row.baileys(), atBob, own);
            id = bob.process()
                    .call(
                            "send",
                            fields().put("jid", alice.phoneNumber().toString()).set("content", content))
                    .path("id")
                    .asText();
        } else {
            id = "3EB0AAAAAAAAAAAAAA" + String.format("%04X", IDS.incrementAndGet());
            JsonNode wire = content(row.wire(), atBob, own);
            bob.process()
                    .call(
                            "relay",
                            fields().put("jid", alice.phoneNumber().toString())
                                    .put("id", id)
                                    .set("message", wire));
        }

        WebMessage read = alice.awaitMessage(id);
        assertThat(read.content()).isInstanceOf(row.kind());
        assertThat(row.read().apply(read.content())).isEqualTo(row.expected());
    }

    private static JsonNode content(String json, JsonNode other, String own) throws IOException {
        String chat = other.path("chat").asText();
        return JSON.readTree(json.replace("'", "\"")
                .replace("$OTHER", key(chat, false, other.path("id").asText()))
                .replace("$KEY", key(chat, true, own)));
    }

    private static String key(String chat, boolean fromMe, String id) {
        return "{\"remoteJid\":\"" + chat + "\",\"fromMe\":" + fromMe + ",\"id\":\"" + id + "\"}";
    }

    private static String send(Content content) throws Exception {
        return alice.socket()
                .sendMessage(dev.waxwing.model.Jid.parse(bob.phoneNumber()), content)
                .get(60, SECONDS)
                .id();
    }

    @Test
    void givenMentionsAQuoteAndAScore_whenBaileysSendsThem_thenWaxwingReadsThemBesideTheContent() throws Exception {
        String original = alice.sendText(bob.phoneNumber(), "the original");
        bob.awaitMessage(original);
        String mentioned = alice.phoneNumber().toString();
        JsonNode content = JSON.readTree("{\"text\":\"@x hi\",\"mentions\":[\"" + mentioned + "\"]}");

        String id = bob.process()
                .call(
                        "send",
                        fields().put("jid", mentioned).put("quoted", original).set("content", content))
                .path("id")
                .asText();

        WebMessage read = alice.awaitMessage(id);
        assertThat(read.context().mentions()).containsExactly(alice.phoneNumber());
        QuotedMessage quoted = read.context().quoted().orElseThrow();
        assertThat(quoted.id()).isEqualTo(original);
        assertThat(quoted.author().orElseThrow()).isIn(alice.phoneNumber(), alice.lid());
        assertThat(quoted.content())
                .isInstanceOfSatisfying(
                        TextContent.class, text -> assertThat(text.text()).isEqualTo("the original"));
    }
}
