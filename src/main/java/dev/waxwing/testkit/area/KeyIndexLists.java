package dev.waxwing.testkit.area;

import com.google.protobuf.ByteString;
import dev.waxwing.internal.crypto.Curve25519;
import dev.waxwing.proto.adv.ADVKeyIndexList;
import dev.waxwing.proto.adv.ADVSignedKeyIndexList;
import dev.waxwing.testkit.server.Account;
import dev.waxwing.testkit.server.Device;
import dev.waxwing.testkit.server.World;
import java.util.HashMap;
import java.util.Map;

/**
 * The lists by which an account's phone vouches for its companions, signed by the account key over {@code 06 02} and the
 * list. One is made when it is first asked for after a change, and stays until the next change.
 */
final class KeyIndexLists {

    private static final byte[] PREFIX = {6, 2};

    private final World world;
    private final Map<Account, Signed> lists = new HashMap<>();

    /**
     * A signed list.
     *
     * @param seconds when it was made
     * @param encoded an {@code ADVSignedKeyIndexList}
     */
    record Signed(long seconds, byte[] encoded) {}

    KeyIndexLists(World world) {
        this.world = world;
    }

    void changed(Account account) {
        lists.remove(account);
    }

    Signed of(Account account) {
        return lists.computeIfAbsent(account, this::sign);
    }

    private Signed sign(Account account) {
        long now = world.clock().seconds();
        ADVKeyIndexList.Builder list =
                ADVKeyIndexList.newBuilder().setRawID(account.rawId()).setTimestamp(now);
        for (Device device : account.devices()) {
            list.addValidIndexes(device.number()).setCurrentIndex(device.number());
        }
        byte[] details = list.build().toByteArray();
        return new Signed(
                now,
                ADVSignedKeyIndexList.newBuilder()
                        .setDetails(ByteString.copyFrom(details))
                        .setAccountSignature(ByteString.copyFrom(
                                Curve25519.sign(account.key().privateKey(), PREFIX, details)))
                        .build()
                        .toByteArray());
    }
}
