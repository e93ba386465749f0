package dev.waxwing.testkit.server;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.waxwing.error.ProtocolViolationException;
import dev.waxwing.internal.account.AdvSignatures;
import dev.waxwing.internal.binary.Node;
import dev.waxwing.internal.crypto.BigEndian;
import dev.waxwing.internal.crypto.ConstantTime;
import dev.waxwing.internal.crypto.Curve25519;
import dev.waxwing.model.Jid;
import dev.waxwing.proto.adv.ADVDeviceIdentity;
import dev.waxwing.proto.adv.ADVSignedDeviceIdentity;
import dev.waxwing.proto.adv.ADVSignedDeviceIdentityHMAC;
import dev.waxwing.proto.wa6.ClientPayload;
import dev.waxwing.testkit.state.Account;
import dev.waxwing.testkit.state.ClientLink;
import dev.waxwing.testkit.state.Device;
import dev.waxwing.testkit.state.DeviceKeys;
import dev.waxwing.testkit.state.RegisteredPreKey;
import dev.waxwing.testkit.traffic.PairingFault;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Linking: the offer of refs, the phone's scan, pair-success, and the check of the client's signature. What is different
 * about pairing codes is in {@link CodePairing}.
 */
final class Pairing {

    private static final Logger LOG = LoggerFactory.getLogger(Pairing.class);

    private static final int REFS = 6;
    private static final int REF_BYTES = 32;
    private static final boolean NOT_HOSTED = false;

    private final ServerState state;
    private final Logins logins;
    private final Map<String, Candidate> byRef = new HashMap<>();
    private final Map<ClientLink, Candidate> byConnection = new HashMap<>();

    Pairing(ServerState state, Logins logins) {
        this.state = state;
        this.logins = logins;
    }

    /** A client that is not linked. */
    record Candidate(
            ServerConnection connection, byte[] noiseKey, DeviceKeys keys, String pushName, List<String> refs) {}

    /** Answers a registration payload with refs to show. */
    void offer(ServerConnection connection, byte[] noiseKey, ClientPayload payload) {
        DeviceKeys keys = keysOf(payload.getDevicePairingData());
        if (connection.isStrict() && !keys.signedPreKey().isSignedBy(keys.identity())) {
            logins.refuse(connection, 401);
            return;
        }
        List<String> refs = new ArrayList<>();
        List<Node> shown = new ArrayList<>();
        for (int i = 0; i < REFS; i++) {
            String ref = "2@" + state.random().token(REF_BYTES);
            refs.add(ref);
            shown.add(Node.builder("ref")
                    .bytes(ref.getBytes(StandardCharsets.UTF_8))
                    .build());
        }
        Candidate candidate = new Candidate(connection, noiseKey, keys, payload.getPushName(), refs);
        refs.forEach(ref -> byRef.put(ref, candidate));
        byConnection.put(connection, candidate);
        connection.ask(
                iq().child(Node.builder("pair-device").children(shown).build()).build(), answer -> {});
    }

    private static DeviceKeys keysOf(ClientPayload.DevicePairingRegistrationData data) {
        byte[] identity = data.getEIdent().toByteArray();
        byte[] preKey = data.getESkeyVal().toByteArray();
        if (identity.length != Curve25519.KEY_BYTES || preKey.length != Curve25519.KEY_BYTES) {
            throw new ProtocolViolationException("registration with keys of " + identity.length + " and "
                    + preKey.length + " bytes, expected " + Curve25519.KEY_BYTES);
        }
        return new DeviceKeys(
                number(data.getERegid(), 4),
                identity,
                new RegisteredPreKey(
                        number(data.getESkeyID(), 3), preKey, data.getESkeySig().toByteArray()));
    }

    private static int number(ByteString bytes, int length) {
        if (bytes.size() != length) {
            throw new ProtocolViolationException("number of " + bytes.size() + " bytes, expected " + length);
        }
        return (int) BigEndian.decode(bytes.toByteArray());
    }

    /**
     * The phone scans a code; pair-success is on its way when this returns.
     *
     * @param qrText as shown, with or without the link before it
     * @param owner whose phone scans; if absent the push name of the client decides
     * @return the account that the client becomes a companion of
     * @throws ScanRefusedException if the code is not what a waiting client shows
     */
    Account scan(String qrText, Optional<Account> owner) {
        QrCode code = QrCode.parse(qrText);
        Candidate candidate = byRef.get(code.ref());
        if (candidate == null) {
            throw new ScanRefusedException(404, "no client shows this ref");
        }
        if (!ConstantTime.equal(code.noiseKey(), candidate.noiseKey())) {
            throw new ScanRefusedException(400, "the Noise key is not that of the handshake");
        }
        if (!ConstantTime.equal(code.identity(), candidate.keys().identity())) {
            throw new ScanRefusedException(400, "the identity key is not that of the registration");
        }
        Account account = owner.orElseGet(() -> state.accounts().named(candidate.pushName()));
        accept(candidate, account, code.advSecret());
        return account;
    }

    /** The client of a connection, if it waits to be linked. */
    Optional<Candidate> candidate(ClientLink connection) {
        return Optional.ofNullable(byConnection.get(connection));
    }

    /** A phone has accepted a client; pair-success is on its way when this returns. */
    void accept(Candidate candidate, Account account, byte[] advSecret) {
        forget(candidate);
        sendSuccess(candidate, account, advSecret);
    }

    private void sendSuccess(Candidate candidate, Account account, byte[] advSecret) {
        int number = account.takeDeviceNumber();
        byte[] details = ADVDeviceIdentity.newBuilder()
                .setRawID(account.rawId())
                .setTimestamp(state.clock().seconds())
                .setKeyIndex(number)
                .build()
                .toByteArray();
        Optional<PairingFault> fault = state.faults().takePairing();
        ADVSignedDeviceIdentity signed = ADVSignedDeviceIdentity.newBuilder()
                .setDetails(ByteString.copyFrom(details))
                .setAccountSignatureKey(ByteString.copyFrom(account.key().publicKey()))
                .setAccountSignature(ByteString.copyFrom(AdvSignatures.signAccount(
                        fault.filter(PairingFault.WRONG_SIGNATURE::equals).isPresent()
                                ? state.random().keyPair().privateKey()
                                : account.key().privateKey(),
                        NOT_HOSTED,
                        details,
                        candidate.keys().identity())))
                .build();
        byte[] container = fault.filter(PairingFault.MALFORMED::equals).isPresent()
                ? new byte[] {(byte) 0xff}
                : container(
                        signed,
                        fault.filter(PairingFault.WRONG_HMAC::equals).isPresent()
                                ? state.random().bytes(advSecret.length)
                                : advSecret);
        Node success = Node.builder("pair-success")
                .child(Node.builder("device-identity").bytes(container).build())
                .child(Node.builder("device")
                        .attr("jid", account.phoneNumber().withDevice(number))
                        .attr("lid", account.lid().withDevice(number))
                        .build())
                .child(Node.builder("platform").attr("name", "android").build())
                .build();
        candidate
                .connection()
                .ask(
                        iq().attr("t", state.clock().seconds()).child(success).build(),
                        answer -> finish(candidate, account, number, signed, answer));
    }

    private static byte[] container(ADVSignedDeviceIdentity signed, byte[] advSecret) {
        byte[] bytes = signed.toByteArray();
        return ADVSignedDeviceIdentityHMAC.newBuilder()
                .setDetails(ByteString.copyFrom(bytes))
                .setHMAC(ByteString.copyFrom(AdvSignatures.hmac(advSecret, NOT_HOSTED, bytes)))
                .build()
                .toByteArray();
    }

    private void finish(Candidate candidate, Account account, int number, ADVSignedDeviceIdentity signed, Node answer) {
        ServerConnection connection = candidate.connection();
        if ("error".equals(answer.attr("type"))) {
            LOG.debug("client {} refused to be linked", connection.id());
            return;
        }
        byte[] deviceSignature = deviceSignature(answer);
        byte[] identity = candidate.keys().identity();
        if (!AdvSignatures.verifyDevice(
                identity,
                NOT_HOSTED,
                signed.getDetails().toByteArray(),
                account.key().publicKey(),
                deviceSignature)) {
            LOG.debug("client {} answered pair-success with a wrong signature", connection.id());
            logins.refuse(connection, 401);
            return;
        }
        byte[] whole = signed.toBuilder()
                .setDeviceSignature(ByteString.copyFrom(deviceSignature))
                .build()
                .toByteArray();
        Device device = new Device(account, number, candidate.noiseKey(), candidate.keys(), whole);
        account.add(device);
        account.pushName(candidate.pushName());
        state.handlers().paired(device);
        if (state.faults().takeRestart()) {
            connection.streamError(Optional.of(515), Optional.empty());
        }
    }

    private static byte[] deviceSignature(Node answer) {
        Node sign = answer.requireChild("pair-device-sign").requireChild("device-identity");
        try {
            return ADVSignedDeviceIdentity.parseFrom(sign.requireBytes())
                    .getDeviceSignature()
                    .toByteArray();
        } catch (InvalidProtocolBufferException e) {
            throw new ProtocolViolationException("pair-device-sign holds no device identity", e);
        }
    }

    private Node.Builder iq() {
        return Node.builder("iq")
                .attr("from", Jid.SERVER)
                .attr("type", "set")
                .attr("id", state.nextId())
                .attr("xmlns", "md");
    }

    /** Its refs are void once a client is gone. */
    void forget(ServerConnection connection) {
        byRef.values().removeIf(candidate -> candidate.connection() == connection);
        byConnection.remove(connection);
    }

    private void forget(Candidate candidate) {
        candidate.refs().forEach(byRef::remove);
        byConnection.remove(candidate.connection());
    }
}
