package dev.waxwing.testkit.phone;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.waxwing.error.ProtocolViolationException;
import dev.waxwing.internal.account.Credentials;
import dev.waxwing.internal.account.CredentialsStore;
import dev.waxwing.internal.account.PreKey;
import dev.waxwing.internal.account.PreKeys;
import dev.waxwing.internal.account.SignedPreKey;
import dev.waxwing.internal.binary.Node;
import dev.waxwing.internal.crypto.KeyPair;
import dev.waxwing.internal.crypto.RandomBytes;
import dev.waxwing.internal.signal.SenderKeys;
import dev.waxwing.internal.signal.SignalSessions;
import dev.waxwing.internal.signal.SignalTransaction;
import dev.waxwing.internal.signal.engine.Ciphertext;
import dev.waxwing.internal.signal.engine.PreKeyBundle;
import dev.waxwing.model.Jid;
import dev.waxwing.proto.e2e.Message;
import dev.waxwing.proto.signal.PreKeySignalMessage;
import dev.waxwing.store.MemoryStore;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The keys and sessions of one phone since it was last installed. Devices are filed under their LID. For the phones'
 * thread only.
 */
final class PhoneSignal {

    private static final int MAX_PADDING = 16;

    private final MemoryStore store = MemoryStore.create();
    private final KeyPair identity;
    private final PreKeys preKeys;
    private final SignalSessions sessions;
    private final BitSet derived = new BitSet();
    private final Map<Jid, Set<Jid>> keyHolders = new HashMap<>();

    PhoneSignal(KeyPair identity, SignedPreKey signedPreKey, int registrationId) {
        this.identity = identity;
        CredentialsStore credentials = new CredentialsStore(store);
        credentials.loadOrCreate();
        credentials.update(created -> Credentials.builder(
                        created.noiseKey(),
                        identity,
                        signedPreKey,
                        registrationId,
                        RandomBytes.next(Credentials.ADV_SECRET_BYTES))
                .build());
        this.preKeys = new PreKeys(store, credentials);
        this.sessions = new SignalSessions(store, credentials);
    }

    /**
     * Opens what a stanza has for this phone, and takes the sender keys in it.
     *
     * @return the content, or nothing if there were only keys in it
     * @throws dev.waxwing.error.WaxwingException if it does not open
     */
    Optional<Message> open(Node stanza, Jid device) {
        Optional<Message> content = Optional.empty();
        for (Node enc : stanza.children("enc")) {
            byte[] bytes = enc.requireBytes();
            Optional<Ciphertext.Type> pairwise = Ciphertext.Type.ofWireName(enc.requireAttr("type"));
            if (pairwise.filter(Ciphertext.Type.PKMSG::equals).isPresent()) {
                deriveKeyOf(bytes);
            }
            Jid from = stanza.requireJid("from");
            Message message = sessions.inTransaction(List.of(device), signal -> {
                byte[] padded = pairwise.isPresent()
                        ? signal.decrypt(device, new Ciphertext(pairwise.get(), bytes))
                        : SenderKeys.in(signal.store()).decrypt(from, device, bytes);
                Message opened = parse(padded);
                if (opened.hasSenderKeyDistributionMessage() && !from.isUser()) {
                    byte[] key = opened.getSenderKeyDistributionMessage()
                            .getAxolotlSenderKeyDistributionMessage()
                            .toByteArray();
                    SenderKeys.in(signal.store()).process(from, device, key);
                }
                return opened;
            });
            boolean keysOnly = pairwise.isPresent() && message.hasSenderKeyDistributionMessage();
            content = keysOnly ? content : Optional.of(message);
        }
        return content;
    }

    /** The server hands out the public half of any one-time key; the private half is made when somebody has used it. */
    private void deriveKeyOf(byte[] preKeyMessage) {
        try {
            ByteBuffer body = ByteBuffer.wrap(preKeyMessage, 1, preKeyMessage.length - 1);
            int id = PreKeySignalMessage.parseFrom(body).getPreKeyId();
            if (id > 0 && id <= PreKey.MAX_ID && !derived.get(id)) {
                derived.set(id);
                preKeys.keep(new PreKey(id, PhoneKeys.oneTime(identity.privateKey(), id)));
            }
        } catch (InvalidProtocolBufferException | IndexOutOfBoundsException e) {
            throw new ProtocolViolationException("a pre-key message of " + preKeyMessage.length + " bytes", e);
        }
    }

    boolean hasSession(Jid device) {
        return sessions.hasSession(device);
    }

    /** Starts a session, in front of the one that may be there. */
    void buildSession(Jid device, PreKeyBundle bundle) {
        sessions.inTransaction(List.of(device), signal -> {
            signal.buildSession(device, bundle);
            return true;
        });
    }

    /** Encrypts for one device with which there is a session. */
    Ciphertext encrypt(Jid device, Message message) {
        return sessions.inTransaction(
                List.of(device), (SignalTransaction signal) -> signal.encrypt(device, pad(message.toByteArray())));
    }

    /** Makes another key for a group if somebody has the present one who is not to have it any more. */
    void shareKey(Jid group, Set<Jid> devices) {
        Set<Jid> before = keyHolders.put(group, devices);
        if (before != null && !devices.containsAll(before)) {
            store.transact(tx -> {
                SenderKeys.in(tx).rotate(group);
                return true;
            });
        }
    }

    /** What the members of a group need to read what {@link #encryptFor} makes from now on. */
    byte[] senderKey(Jid group) {
        return store.transact(tx -> SenderKeys.in(tx).distributionMessage(group));
    }

    /** Encrypts once for a whole group. */
    byte[] encryptFor(Jid group, Message message) {
        return store.transact(tx -> SenderKeys.in(tx).encrypt(group, pad(message.toByteArray())));
    }

    /** A contact has registered anew: its old sessions are worth nothing. */
    void forget(Jid person) {
        sessions.inTransaction(List.of(person), signal -> {
            signal.deleteUser(person);
            return true;
        });
    }

    /** Of a length that follows from the message's, so that two runs send the same. */
    private static byte[] pad(byte[] message) {
        int length = 1 + message.length % MAX_PADDING;
        byte[] padded = Arrays.copyOf(message, message.length + length);
        Arrays.fill(padded, message.length, padded.length, (byte) length);
        return padded;
    }

    private static Message parse(byte[] padded) {
        int length = padded.length == 0 ? 0 : padded[padded.length - 1];
        if (length < 1 || length > padded.length) {
            throw new ProtocolViolationException("padding of " + length + " in a message of " + padded.length);
        }
        try {
            return Message.parseFrom(ByteBuffer.wrap(padded, 0, padded.length - length));
        } catch (InvalidProtocolBufferException e) {
            throw new ProtocolViolationException("content of " + padded.length + " bytes is not a message", e);
        }
    }
}
