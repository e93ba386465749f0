package dev.waxwing.testkit.state;

import dev.waxwing.model.Jid;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One device of an account: its keys, and its connection while it has one. Belongs to the world's thread.
 *
 * <p>Devices are equal only to themselves: areas that keep something for each hold it in a map of their own by device,
 * and drop it in the hook for removed devices.
 */
public final class Device {

    private final Account account;
    private final int number;
    private final byte[] noiseKey;
    private final byte[] signedIdentity;
    private DeviceKeys keys;
    private @Nullable ClientLink connection;
    private boolean active;

    /**
     * Creates a device that is offline.
     *
     * @param account it is linked to
     * @param number 0 for the phone
     * @param noiseKey its static Noise key, 32 bytes; empty for the phone
     * @param keys its public Signal keys
     * @param signedIdentity the {@code ADVSignedDeviceIdentity} with both signatures; empty for the phone
     */
    public Device(Account account, int number, byte[] noiseKey, DeviceKeys keys, byte[] signedIdentity) {
        this.account = account;
        this.number = number;
        this.noiseKey = noiseKey;
        this.keys = keys;
        this.signedIdentity = signedIdentity;
    }

    /**
     * The account it is linked to.
     *
     * @return the account
     */
    public Account account() {
        return account;
    }

    /**
     * Its number within the account, which is its key index, too.
     *
     * @return 0 for the phone
     */
    public int number() {
        return number;
    }

    /**
     * Tells the simulated phone from the companions.
     *
     * @return true for device 0
     */
    public boolean isPhone() {
        return number == 0;
    }

    /**
     * Its address by phone number.
     *
     * @return with the device
     */
    public Jid phoneNumberJid() {
        return account.phoneNumber().withDevice(number);
    }

    /**
     * Its address by LID.
     *
     * @return with the device
     */
    public Jid lidJid() {
        return account.lid().withDevice(number);
    }

    /**
     * Its address in the domain of another.
     *
     * @param like a LID or a phone number
     * @return with the device
     */
    public Jid jidLike(Jid like) {
        return like.isLid() ? lidJid() : phoneNumberJid();
    }

    /**
     * The static Noise key it paired with.
     *
     * @return 32 bytes, shared; empty for the phone
     */
    public byte[] noiseKey() {
        return noiseKey;
    }

    /**
     * Its Signal keys; the ones from pairing until it uploads others.
     *
     * @return the public keys
     */
    public DeviceKeys keys() {
        return keys;
    }

    /**
     * Replaces its Signal keys.
     *
     * @param keys the public keys
     */
    public void keys(DeviceKeys keys) {
        this.keys = keys;
    }

    /**
     * The {@code ADVSignedDeviceIdentity} with both signatures, handed out with its pre-keys.
     *
     * @return encoded and shared; empty for the phone
     */
    public byte[] signedIdentity() {
        return signedIdentity;
    }

    /**
     * Its connection.
     *
     * @return the connection, or nothing while it is offline
     */
    public Optional<ClientLink> connection() {
        return Optional.ofNullable(connection);
    }

    /**
     * Tells whether it takes live traffic: connected, logged in and not passive.
     *
     * @return true between its going active and the end of its connection
     */
    public boolean isActive() {
        return active && connection != null;
    }

    /**
     * It has logged in.
     *
     * @param connection its connection from here on
     */
    public void connected(ClientLink connection) {
        this.connection = connection;
        this.active = false;
    }

    /** It takes live traffic from here on. */
    public void activated() {
        active = true;
    }

    /**
     * A connection has ended.
     *
     * @param gone the connection; nothing happens if the device has another one by now
     */
    public void disconnected(ClientLink gone) {
        if (connection == gone) {
            connection = null;
            active = false;
        }
    }

    @Override
    public String toString() {
        return "Device[" + phoneNumberJid() + "]";
    }
}
