package dev.waxwing.interop;

import static dev.waxwing.interop.BaileysProcess.fields;
import static dev.waxwing.interop.BaileysProcess.isEvent;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.waxwing.testkit.LoopbackServer;
import dev.waxwing.testkit.Phone;
import dev.waxwing.testkit.traffic.Direction;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/** A linked, connected Baileys client: the words in which the interop tests speak to a {@link BaileysProcess}. */
final class BaileysClient implements AutoCloseable {
    private final BaileysProcess process;
    private final String id;
    private final String lid;

    private BaileysClient(BaileysProcess process, JsonNode open) {
        this.process = process;
        this.id = open.path("id").asText();
        this.lid = open.path("lid").asText();
    }

    /**
     * Links a new device by QR code and waits until it is open.
     *
     * @param name what failure messages call the client
     * @param pushName display name, which also selects the account: the same name links another device of it
     */
    static BaileysClient link(LoopbackServer server, String name, String pushName)
            throws IOException, InterruptedException {
        return link(server, name, pushName, start -> start);
    }

    /**
     * As {@link #link(LoopbackServer, String, String)}, for a client that is set up in another way.
     *
     * @param options adds fields to the {@code start} command
     */
    static BaileysClient link(LoopbackServer server, String name, String pushName, UnaryOperator<ObjectNode> options)
            throws IOException, InterruptedException {
        BaileysProcess process = BaileysProcess.launch(name, server.caPem());
        try {
            process.call("start", options.apply(startFields(server, process).put("pushName", pushName)));
            JsonNode qr = process.awaitEvent("a QR code", event -> isEvent(event, "qr"));
            server.scanQr(qr.path("qr").asText());
            return new BaileysClient(process, process.awaitEvent("open", event -> isEvent(event, "open")));
        } catch (Throwable failure) {
            closeAfter(process, failure);
            throw failure;
        }
    }

    /**
     * Links a new device by pairing code and waits until it is open.
     *
     * @param phone whose owner types what the client shows
     */
    static BaileysClient linkByCode(LoopbackServer server, String name, Phone phone)
            throws IOException, InterruptedException {
        BaileysProcess process = BaileysProcess.launch(name, server.caPem());
        try {
            process.call("start", startFields(server, process));
            process.awaitEvent("a QR code", event -> isEvent(event, "qr"));
            phone.enterPairingCode(requestPairingCode(server, process, phone));
            return new BaileysClient(process, process.awaitEvent("open", event -> isEvent(event, "open")));
        } catch (Throwable failure) {
            closeAfter(process, failure);
            throw failure;
        }
    }

    /** Asks for a code. Baileys shows it without waiting for the server, whose answer is awaited here. */
    static String requestPairingCode(LoopbackServer server, BaileysProcess process, Phone phone)
            throws InterruptedException {
        String code = process.call(
                        "requestPairingCode",
                        fields().put("phoneNumber", phone.jid().user()))
                .path("code")
                .asText();
        server.journal()
                .await(entry ->
                        entry.is(Direction.OUT, "iq") && entry.stanza().child("link_code_companion_reg") != null)
                .orTimeout(30, TimeUnit.SECONDS)
                .join();
        return code;
    }

    /** Fields of a {@code start} command that keeps the credentials in files, as applications do. */
    static ObjectNode startFields(LoopbackServer server, BaileysProcess process) {
        return fields().put("url", server.uri().toString())
                .put("authDir", process.folder().resolve("auth").toString());
    }

    private static void closeAfter(BaileysProcess process, Throwable failure) {
        try {
            process.close();
        } catch (IOException | AssertionError e) {
            failure.addSuppressed(e);
        }
    }

    BaileysProcess process() {
        return process;
    }

    /** Own address with the device, as {@code 4915…:1@s.whatsapp.net}. */
    String deviceId() {
        return id;
    }

    /** Own account by phone number. */
    String phoneNumber() {
        return withoutDevice(id);
    }

    /** Own account by LID. */
    String lid() {
        return withoutDevice(lid);
    }

    static String withoutDevice(String jid) {
        return jid.replaceFirst(":\\d+@", "@");
    }

    /** Sends a text and answers its message id; the server has not necessarily acknowledged it yet. */
    String sendText(String to, String text) throws InterruptedException {
        return process.call("sendText", fields().put("jid", to).put("text", text))
                .path("id")
                .asText();
    }

    /** Sends a text that quotes a message which this client sent or saw. */
    String replyText(String to, String text, String quotedId) throws InterruptedException {
        return process.call(
                        "sendText", fields().put("jid", to).put("text", text).put("quoted", quotedId))
                .path("id")
                .asText();
    }

    /** Runs a method of Baileys' socket and answers its result. */
    JsonNode call(String method, Object... args) throws InterruptedException {
        return process.call("call", asked(method, args)).path("result");
    }

    /** Runs a method of Baileys' socket that fails, and answers with what. */
    String failure(String method, Object... args) throws InterruptedException {
        return process.call("call", asked(method, args).put("mayFail", true))
                .path("error")
                .asText();
    }

    private static ObjectNode asked(String method, Object... args) {
        ObjectNode asked = fields().put("method", method);
        ArrayNode array = asked.putArray("args");
        for (Object arg : args) {
            if (arg instanceof List<?> list) {
                ArrayNode inner = array.addArray();
                list.forEach(one -> inner.add(String.valueOf(one)));
            } else if (arg instanceof JsonNode node) {
                array.add(node);
            } else if (arg instanceof Boolean truth) {
                array.add(truth);
            } else if (arg instanceof Integer number) {
                array.add(number);
            } else {
                array.add(String.valueOf(arg));
            }
        }
        return asked;
    }

    /** Marks a message that this client saw as read. */
    void markRead(String messageId) throws InterruptedException {
        process.call("read", fields().put("target", messageId));
    }

    /** The message event with that id; one that could not be decrypted fails the test. */
    JsonNode awaitMessage(String messageId) throws InterruptedException {
        JsonNode message = process.awaitEvent(
                "message " + messageId, event -> isEvent(event, "message") && hasId(event, messageId));
        assertThat(message.path("stub").asText())
                .as("message as seen: %s%n%s", message, process.describe())
                .isNotEqualTo("CIPHERTEXT");
        return message;
    }

    /** The message event with that id that could be decrypted, however often it could not before. */
    JsonNode awaitHealed(String messageId) throws InterruptedException {
        return process.awaitEvent(
                "message " + messageId + ", decrypted",
                event -> isEvent(event, "message")
                        && hasId(event, messageId)
                        && !event.path("stub").asText().equals("CIPHERTEXT"));
    }

    /** Goes offline, loses every Signal session it has, and comes back when the caller connects it. */
    void loseSessions() throws IOException, InterruptedException {
        lose("session-*");
    }

    /** As {@link #loseSessions}, with every sender key, its own and others'. */
    void loseSenderKeys() throws IOException, InterruptedException {
        lose("sender-key-*");
    }

    private void lose(String files) throws IOException, InterruptedException {
        process.call("end");
        int lost = 0;
        try (DirectoryStream<Path> found =
                Files.newDirectoryStream(process.folder().resolve("auth"), files)) {
            for (Path file : found) {
                Files.delete(file);
                lost++;
            }
        }
        assertThat(lost).as("files lost of %s", files).isPositive();
    }

    /** Connects again with what is in its folder. */
    void reconnect() throws InterruptedException {
        process.call("connect");
        process.awaitEvent("open", event -> isEvent(event, "open"));
    }

    /** The server's answer to a sent message; one with an error fails the test. */
    void awaitAck(String messageId) throws InterruptedException {
        JsonNode ack = process.awaitEvent(
                "the ack of " + messageId, event -> isEvent(event, "ack") && hasId(event, messageId));
        assertThat(ack.path("error").asText()).as("error of %s", ack).isEmpty();
    }

    /** A receipt of that type for a message this client sent: {@code delivery}, {@code read}, {@code sender} … */
    JsonNode awaitReceipt(String messageId, String type) throws InterruptedException {
        return process.awaitEvent(
                "a " + type + " receipt of " + messageId,
                event -> isEvent(event, "receipt")
                        && hasId(event, messageId)
                        && event.path("type").asText().equals(type));
    }

    /** An update by which Baileys tells its application that a message has that status, for example {@code READ}. */
    JsonNode awaitStatus(String messageId, String status) throws InterruptedException {
        return process.awaitEvent(
                "status " + status + " of " + messageId,
                event -> isEvent(event, "status")
                        && hasId(event, messageId)
                        && event.path("status").asText().equals(status));
    }

    /** Message events so far that Baileys could not decrypt. */
    List<JsonNode> undecryptable() {
        return process.seen("message").stream()
                .filter(event -> event.path("stub").asText().equals("CIPHERTEXT"))
                .toList();
    }

    @Override
    public void close() throws IOException {
        process.close();
    }

    private static boolean hasId(JsonNode event, String messageId) {
        return event.path("id").asText().equals(messageId);
    }
}
