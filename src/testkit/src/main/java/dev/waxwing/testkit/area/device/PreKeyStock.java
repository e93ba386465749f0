package dev.waxwing.testkit.area.device;

import dev.waxwing.internal.binary.Node;
import dev.waxwing.internal.signal.engine.PreKeyBundle;
import dev.waxwing.model.Jid;
import dev.waxwing.testkit.server.World;
import dev.waxwing.testkit.state.Device;
import dev.waxwing.testkit.state.DeviceKeys;
import dev.waxwing.testkit.state.RegisteredPreKey;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * How many one-time keys each companion has left on the server, and the notice to one that has few. Belongs to the
 * world's thread.
 */
public final class PreKeyStock {

    /** A device that has fewer left is asked for more. */
    private static final int LOW_WATER = 5;

    private final OneTimeKeys oneTimeKeys;

    /**
     * Creates a stock.
     *
     * @param oneTimeKeys what the companions have uploaded
     */
    public PreKeyStock(OneTimeKeys oneTimeKeys) {
        this.oneTimeKeys = oneTimeKeys;
    }

    /**
     * How many keys a companion has left.
     *
     * @param device the companion
     * @return 0 or more
     */
    public int left(Device device) {
        return oneTimeKeys.of(device).size();
    }

    /**
     * Drops keys of a companion as if others had fetched them, and tells it nothing.
     *
     * @param device the companion
     * @param left how many it keeps at most
     */
    public void drain(Device device, int left) {
        oneTimeKeys.drain(device, left);
    }

    /**
     * Tells a companion how many keys it has left, few or not.
     *
     * @param world the server's state
     * @param device the companion
     */
    public void tell(World world, Device device) {
        world.deliver(
                device,
                Node.builder("notification")
                        .attr("from", Jid.SERVER)
                        .attr("type", "encrypt")
                        .attr("id", world.nextId())
                        .attr("t", world.clock().seconds())
                        .child(count(device))
                        .build());
    }

    Node count(Device device) {
        return Node.builder("count").attr("value", left(device)).build();
    }

    /** Hands a key out; the fetch that makes them few tells the device, once. */
    Optional<OneTimeKeys.Handed> take(World world, Device device) {
        Optional<OneTimeKeys.Handed> taken = oneTimeKeys.take(device);
        if (taken.isPresent() && !device.isPhone() && left(device) == LOW_WATER - 1) {
            tell(world, device);
        }
        return taken;
    }

    /**
     * The keys of a device in one piece.
     *
     * @param world the server's state
     * @param device whose keys; one of its one-time keys is used up
     * @return the bundle, as a peer fetches it
     */
    public PreKeyBundle takeBundle(World world, Device device) {
        DeviceKeys keys = device.keys();
        RegisteredPreKey signed = keys.signedPreKey();
        Optional<OneTimeKeys.Handed> oneTime = take(world, device);
        return new PreKeyBundle(
                keys.registrationId(),
                keys.identity(),
                signed.id(),
                signed.publicKey(),
                signed.signature(),
                oneTime.map(key -> OptionalInt.of(key.id())).orElseGet(OptionalInt::empty),
                oneTime.map(OneTimeKeys.Handed::publicKey),
                device.isPhone() ? Optional.empty() : Optional.of(device.signedIdentity()));
    }
}
