package dev.waxwing.internal.message;

import com.google.protobuf.ByteString;
import dev.waxwing.internal.account.AdvSignatures;
import dev.waxwing.internal.account.Credentials;
import dev.waxwing.internal.account.CredentialsStore;
import dev.waxwing.internal.binary.Node;
import dev.waxwing.internal.content.DeviceSent;
import dev.waxwing.internal.content.MessagePadding;
import dev.waxwing.internal.crypto.BigEndian;
import dev.waxwing.internal.signal.SignalSessions;
import dev.waxwing.internal.signal.engine.Ciphertext;
import dev.waxwing.internal.signal.engine.PreKeyBundle;
import dev.waxwing.model.Jid;
import dev.waxwing.proto.adv.ADVKeyIndexList;
import dev.waxwing.proto.adv.ADVSignedDeviceIdentity;
import dev.waxwing.proto.adv.ADVSignedKeyIndexList;
import dev.waxwing.proto.e2e.Message;
import dev.waxwing.store.AccountStore;
import dev.waxwing.store.MemoryStore;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** Keys that a hostile server passes off as somebody's, and what it writes with them. */
final class Mallory {

    private final AccountStore store = MemoryStore.create();
    private final CredentialsStore credentials = new CredentialsStore(store);
    private final SignalSessions sessions = new SignalSessions(store, credentials);
    private final Credentials keys = credentials.loadOrCreate();
    private int messages;

    byte[] identityKey() {
        return keys.identityKey().publicKey();
    }

    /** In the answer to a question for keys: those of a device are these. */
    Node inPlaceOfKeysOf(Node iq, Jid device, @Nullable Node deviceIdentity) {
        Node list = iq.child("list");
        if (list == null || list.children("user").stream().noneMatch(user -> device.equals(user.jid("jid")))) {
            return iq;
        }
        List<Node> users = list.children("user").stream()
                .map(user -> device.equals(user.jid("jid")) ? bundle(device, deviceIdentity) : user)
                .toList();
        return Node.builder("iq")
                .attr("from", iq.requireJid("from"))
                .attr("type", "result")
                .attr("id", iq.requireAttr("id"))
                .child(Node.builder("list").children(users).build())
                .build();
    }

    private Node bundle(Jid device, @Nullable Node deviceIdentity) {
        Node.Builder user = Node.builder("user")
                .attr("jid", device)
                .child(leaf("registration", BigEndian.encode(keys.registrationId(), 4)))
                .child(leaf("type", new byte[] {5}))
                .child(leaf("identity", identityKey()))
                .child(Node.builder("skey")
                        .child(leaf("id", BigEndian.encode(keys.signedPreKey().id(), 3)))
                        .child(leaf("value", keys.signedPreKey().keyPair().publicKey()))
                        .child(leaf("signature", keys.signedPreKey().signature()))
                        .build());
        if (deviceIdentity != null) {
            user.child(deviceIdentity);
        }
        return user.build();
    }

    /** A device identity in which everything is in order, save that the account is one of Mallory's own. */
    Node ownDeviceIdentity() {
        byte[] details = {8, 1, 16, 2};
        byte[] account = keys.identityKey().privateKey();
        ADVSignedDeviceIdentity signed = ADVSignedDeviceIdentity.newBuilder()
                .setDetails(bytes(details))
                .setAccountSignatureKey(bytes(identityKey()))
                .setAccountSignature(bytes(AdvSignatures.signAccount(account, false, details, identityKey())))
                .setDeviceSignature(
                        bytes(AdvSignatures.signDevice(account, false, details, identityKey(), identityKey())))
                .build();
        return leaf("device-identity", signed.toByteArray());
    }

    /** A message to somebody's device under another's address. */
    Node writes(Talker to, Jid as, String text, @Nullable Node deviceIdentity) {
        return stanza(to, as, null, Message.newBuilder().setConversation(text).build(), deviceIdentity);
    }

    /** The copy of a message that the account is said to have sent to a chat. */
    Node copies(Talker to, Jid as, Jid chat, String text, @Nullable Node deviceIdentity) {
        Message sent = Message.newBuilder().setConversation(text).build();
        return stanza(to, as, chat, DeviceSent.wrap(sent, chat), deviceIdentity);
    }

    /** A list of companions, signed by nobody whom the contact's phone knows. */
    byte[] keyIndexes(int rawId, long timestamp, int indexes) {
        ADVKeyIndexList.Builder list = ADVKeyIndexList.newBuilder()
                .setRawID(rawId)
                .setTimestamp(timestamp)
                .setCurrentIndex(indexes);
        for (int i = 1_000; i < 1_000 + indexes; i++) {
            list.addValidIndexes(i);
        }
        byte[] details = list.build().toByteArray();
        return ADVSignedKeyIndexList.newBuilder()
                .setDetails(bytes(details))
                .setAccountSignatureKey(bytes(identityKey()))
                .setAccountSignature(
                        bytes(AdvSignatures.signKeyIndexList(keys.identityKey().privateKey(), details)))
                .build()
                .toByteArray();
    }

    private Node stanza(Talker to, Jid as, @Nullable Jid recipient, Message content, @Nullable Node deviceIdentity) {
        Ciphertext ciphertext = encrypt(to, MessagePadding.pad(content.toByteArray()));
        Node.Builder message = Node.builder("message")
                .attr("from", as)
                .attr("id", "3EBFALSE" + HexFormat.of().toHexDigits(messages++))
                .attr("t", String.valueOf(1_760_000_000))
                .attr("type", "text")
                .attrIfPresent("recipient", recipient)
                .child(Node.builder("enc")
                        .attr("v", "2")
                        .attr("type", ciphertext.type().wireName())
                        .bytes(ciphertext.bytes())
                        .build());
        if (deviceIdentity != null) {
            message.child(deviceIdentity);
        }
        return message.build();
    }

    private Ciphertext encrypt(Talker to, byte[] padded) {
        Credentials theirs = new CredentialsStore(to.store()).loadOrCreate();
        PreKeyBundle published = new PreKeyBundle(
                theirs.registrationId(),
                theirs.identityKey().publicKey(),
                theirs.signedPreKey().id(),
                theirs.signedPreKey().keyPair().publicKey(),
                theirs.signedPreKey().signature(),
                OptionalInt.empty(),
                Optional.empty(),
                Optional.empty());
        return sessions.inTransaction(List.of(to.device()), signal -> {
            signal.buildSession(to.device(), published);
            return signal.encrypt(to.device(), padded);
        });
    }

    private static ByteString bytes(byte[] value) {
        return ByteString.copyFrom(value);
    }

    private static Node leaf(String tag, byte[] content) {
        return Node.builder(tag).bytes(content).build();
    }
}
