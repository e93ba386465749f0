package dev.waxwing.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waxwing.internal.binary.Node;
import dev.waxwing.internal.crypto.BigEndian;
import dev.waxwing.internal.crypto.Curve25519;
import dev.waxwing.model.Jid;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A linked device that writes its stanzas by hand and encrypts nothing: the server must not care. */
final class RawDevice implements AutoCloseable {

    private final LoopbackServer server;
    private final RawCredentials credentials;
    private final Jid phoneNumber;
    private RawClient client;

    private RawDevice(LoopbackServer server, RawCredentials credentials, Jid phoneNumber) throws Exception {
        this.server = server;
        this.credentials = credentials;
        this.phoneNumber = phoneNumber;
        this.client = RawClient.login(server, credentials, phoneNumber);
    }

    /** Links another device of the account of that name, and logs it in, but takes no traffic yet. */
    static RawDevice link(LoopbackServer server, String account) throws Exception {
        RawCredentials credentials = RawCredentials.fresh(account);
        RawDevice device = new RawDevice(server, credentials, RawPairing.link(server, credentials));
        device.client.next("success");
        return device;
    }

    /** Links and takes traffic. */
    static RawDevice online(LoopbackServer server, String account) throws Exception {
        RawDevice device = link(server, account);
        device.goActive();
        return device;
    }

    /** Takes traffic from now on; the backlog follows. */
    void goActive() throws InterruptedException {
        client.becomeActive();
    }

    /**
     * Closes the connection. Whether the server knows at once does not matter: nothing that follows can be confirmed.
     */
    void disconnect() {
        client.close();
    }

    /** Logs in again, but takes no traffic yet. */
    void reconnect() throws Exception {
        client = RawClient.login(server, credentials, phoneNumber);
        client.next("success");
    }

    RawClient client() {
        return client;
    }

    RawCredentials credentials() {
        return credentials;
    }

    /** By phone number, with the device. */
    Jid jid() {
        return phoneNumber;
    }

    /** The account by phone number. */
    Jid phone() {
        return phoneNumber.withoutDevice();
    }

    /** The account by LID. */
    Jid lid() {
        return server.phoneOf(phoneNumber).orElseThrow().lid();
    }

    /** By LID, with the device. */
    Jid lidJid() {
        return lid().withDevice(phoneNumber.device());
    }

    /** A message with one ciphertext for each device. */
    static Node message(String id, Jid to, Jid... devices) {
        List<Node> ciphertexts = new ArrayList<>();
        for (Jid device : devices) {
            ciphertexts.add(Node.builder("to")
                    .attr("jid", device)
                    .child(enc("msg", "for " + device))
                    .build());
        }
        return Node.builder("message")
                .attr("to", to)
                .attr("id", id)
                .attr("type", "text")
                .child(Node.builder("participants").children(ciphertexts).build())
                .build();
    }

    static Node enc(String type, String content) {
        return Node.builder("enc")
                .attr("v", "2")
                .attr("type", type)
                .bytes(content.getBytes(StandardCharsets.UTF_8))
                .build();
    }

    /** Sends a message and returns its ack. */
    Node send(Node message) throws InterruptedException {
        client.send(message);
        while (true) {
            Node ack = client.next("ack");
            if (message.requireAttr("id").equals(ack.attr("id"))) {
                return ack;
            }
        }
    }

    /** A receipt as a device sends it on a message it has got. */
    void receipt(Node message, String type) {
        Node.Builder receipt = Node.builder("receipt")
                .attr("id", message.requireAttr("id"))
                .attr("to", message.requireJid("from"))
                .attrIfPresent("participant", message.jid("participant"))
                .attrIfPresent("recipient", message.jid("recipient"));
        client.send(
                type.isEmpty() ? receipt.build() : receipt.attr("type", type).build());
    }

    /** Uploads as many one-time keys, counted from 1. */
    void upload(int count) throws InterruptedException {
        upload(count, 4711);
    }

    /** Uploads as many one-time keys under a registration id of 32 bits. */
    void upload(int count, long registrationId) throws InterruptedException {
        List<Node> keys = new ArrayList<>();
        for (int id = 1; id <= count; id++) {
            keys.add(Node.builder("key")
                    .child(bytes("id", BigEndian.encode(id, 3)))
                    .child(bytes("value", publicKey(id)))
                    .build());
        }
        byte[] signature = Curve25519.sign(
                credentials.identity().privateKey(),
                new byte[] {5},
                credentials.preKey().publicKey());
        Node answer = client.ask(RawClient.iq("set", "encrypt")
                .child(bytes("registration", BigEndian.encode(registrationId, 4)))
                .child(bytes("type", new byte[] {5}))
                .child(bytes("identity", credentials.identity().publicKey()))
                .child(Node.builder("list").children(keys).build())
                .child(skey(1, credentials.preKey().publicKey(), signature)));
        assertThat(answer.attr("type")).isEqualTo("result");
    }

    static Node skey(int id, byte[] publicKey, byte[] signature) {
        return Node.builder("skey")
                .child(bytes("id", BigEndian.encode(id, 3)))
                .child(bytes("value", publicKey))
                .child(bytes("signature", signature))
                .build();
    }

    /** The one-time key of an id; no real one. */
    static byte[] publicKey(int id) {
        byte[] key = new byte[Curve25519.KEY_BYTES];
        key[0] = (byte) id;
        return key;
    }

    static Node bytes(String tag, byte[] content) {
        return Node.builder(tag).bytes(content).build();
    }

    @Override
    public void close() {
        client.close();
    }
}
