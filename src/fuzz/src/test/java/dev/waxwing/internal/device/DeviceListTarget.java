package dev.waxwing.internal.device;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waxwing.error.ProtocolViolationException;
import dev.waxwing.fuzz.FuzzTarget;
import dev.waxwing.fuzz.Seeds;
import dev.waxwing.fuzz.Stanzas;
import dev.waxwing.internal.account.AdvSignatures;
import dev.waxwing.internal.binary.Node;
import dev.waxwing.internal.binary.NodeBytes;
import dev.waxwing.internal.crypto.Curve25519;
import dev.waxwing.internal.crypto.KeyPair;
import dev.waxwing.model.Jid;
import dev.waxwing.model.UserDevices;
import dev.waxwing.proto.adv.ADVKeyIndexList;
import dev.waxwing.proto.adv.ADVSignedKeyIndexList;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Device lists: answers to queries, notices about contacts and the own account, and the signed lists in them. Refused
 * with {@link ProtocolViolationException} only; no list holds a device twice or above 255, and an answer tells of those
 * who were asked about only.
 */
public final class DeviceListTarget implements FuzzTarget {

    private static final Jid BOB = Jid.parse("15557654321@s.whatsapp.net");
    private static final KeyPair ACCOUNT = Curve25519.generate();

    @Override
    public List<byte[]> seeds() {
        List<byte[]> seeds = new ArrayList<>(Seeds.nodes("notification"::equals, "acks-and-stream.json"));
        byte[] details = ADVKeyIndexList.newBuilder()
                .setRawID(7)
                .setTimestamp(1_760_000_000)
                .setCurrentIndex(2)
                .addValidIndexes(0)
                .addValidIndexes(1)
                .build()
                .toByteArray();
        byte[] signed = ADVSignedKeyIndexList.newBuilder()
                .setDetails(com.google.protobuf.ByteString.copyFrom(details))
                .setAccountSignatureKey(com.google.protobuf.ByteString.copyFrom(ACCOUNT.publicKey()))
                .setAccountSignature(com.google.protobuf.ByteString.copyFrom(
                        AdvSignatures.signKeyIndexList(ACCOUNT.privateKey(), details)))
                .build()
                .toByteArray();
        Node keyIndexes = Node.builder("key-index-list")
                .attr("ts", 1_760_000_000)
                .bytes(signed)
                .build();
        Node device = Node.builder("device")
                .attr("jid", BOB.withDevice(1))
                .attr("id", 1)
                .attr("key-index", 1)
                .build();
        Node devices = Node.builder("devices")
                .child(Node.builder("device-list").child(device).build())
                .child(keyIndexes)
                .build();
        Node user = Node.builder("user")
                .attr("jid", BOB)
                .child(devices)
                .child(Node.builder("lid").attr("val", "100000000000001@lid").build())
                .build();
        Node usync = Node.builder("usync")
                .child(Node.builder("list").child(user).build())
                .build();
        seeds.add(NodeBytes.of(Node.builder("iq").child(usync).build()));
        for (String change : List.of("add", "remove", "devices")) {
            seeds.add(NodeBytes.of(Node.builder("notification")
                    .attr("from", BOB)
                    .attr("type", "devices")
                    .child(Node.builder(change)
                            .attr("device_hash", "2:abcdef")
                            .attr("dhash", "2:abcdef")
                            .child(device)
                            .child(keyIndexes)
                            .build())
                    .build()));
        }
        return seeds;
    }

    @Override
    public void accept(byte[] input) {
        Node node = Stanzas.read(input).orElse(null);
        if (node == null) {
            return;
        }
        try {
            DeviceQuery.answer(node, List.of(BOB)).forEach((user, answer) -> {
                assertThat(user).isEqualTo(BOB);
                check(answer.devices(answer.keyIndexes()));
                answer.keyIndexes().ifPresent(list -> AdvSignatures.checkKeyIndexList(list.signed(), Optional.empty()));
            });
        } catch (ProtocolViolationException e) {
            // Refused as promised.
        }
        try {
            apply(DeviceChange.ofContact(node));
        } catch (ProtocolViolationException e) {
            // Refused as promised.
        }
        try {
            apply(DeviceChange.ofOwnAccount(node));
        } catch (ProtocolViolationException e) {
            // Refused as promised.
        }
    }

    private static void apply(DeviceChange change) {
        assertThat(change.removed()).doesNotContain(0);
        change.applyTo(
                        new UserDevices(BOB, Optional.empty(), List.of(0, 1)),
                        BOB,
                        Optional.empty(),
                        change.keyIndexes())
                .ifPresent(DeviceListTarget::check);
    }

    private static void check(UserDevices devices) {
        assertThat(devices.deviceIds()).doesNotHaveDuplicates().allMatch(id -> id >= 0 && id <= 255);
    }
}
