package dev.waxwing.testkit.area.device;

import com.google.protobuf.ByteString;
import dev.waxwing.internal.crypto.Curve25519;
import dev.waxwing.proto.adv.ADVKeyIndexList;
import dev.waxwing.proto.adv.ADVSignedKeyIndexList;
import dev.waxwing.testkit.state.Account;
import dev.waxwing.testkit.state.Device;
import java.util.HashMap;
import java.util.Map;

/**
 * The lists by which an account's phone vouches for its companions, signed by the account key over {@code 06 02} and
 * the list. One is made when it is first asked for after a change, and stays until the next change.
 */
public final class KeyIndexLists {

    private static final byte[] PREFIX = {6, 2};

    private final Map<Account, Signed> lists = new HashMap<>();

    /**
     * A signed list.
     *
     * @param seconds when it was made
     * @param encoded an {@code ADVSignedKeyIndexList}
     */
    record Signed(long seconds, byte[] encoded) {}

    /** Creates them empty. */
    public KeyIndexLists() {}

    void changed(Account account) {
        lists.remove(account);
    }

    /**
     * The list as it is now.
     *
     * @param now the time of a list that has to be made
     */
    Signed of(Account account, long now) {
        return lists.computeIfAbsent(account, unused -> sign(account, now));
    }

    private static Signed sign(Account account, long now) {
        ADVKeyIndexList.Builder list = ADVKeyIndexList.newBuilder()
                .setRawID(account.rawId())
                .setTimestamp(now)
                .setCurrentIndex(account.newestDeviceNumber());
        for (Device device : account.devices()) {
            list.addValidIndexes(device.number());
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
