package dev.waxwing.testkit.state;

import dev.waxwing.internal.crypto.KeyPair;
import dev.waxwing.model.Jid;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/**
 * An account of the simulated service: a phone number, a LID, and the devices that share them. Device 0 is the phone.
 *
 * <p>The account key signs companions <em>and</em> is the phone's Signal identity, because Baileys and whatsmeow pin
 * the one as the other. Belongs to the world's thread.
 */
public final class Account {

    private final String name;
    private final Jid phoneNumber;
    private final Jid lid;
    private KeyPair key;
    private int rawId;
    private final TreeMap<Integer, Device> devices = new TreeMap<>();
    private KeyPair phonePreKey;
    private String pushName;
    private int nextDevice = 1;

    Account(String name, Jid phoneNumber, Jid lid, KeyPair key, KeyPair phonePreKey, int rawId) {
        this.name = name;
        this.phoneNumber = phoneNumber;
        this.lid = lid;
        this.key = key;
        this.phonePreKey = phonePreKey;
        this.rawId = rawId;
        this.pushName = name;
    }

    /**
     * What tests and pairing find the account by.
     *
     * @return the name it was created with
     */
    public String name() {
        return name;
    }

    /**
     * The display name others see, the latest that the account announced.
     *
     * @return never empty
     */
    public String pushName() {
        return pushName;
    }

    /**
     * Takes a new display name.
     *
     * @param pushName the name; an empty one changes nothing
     */
    public void pushName(String pushName) {
        if (!pushName.isEmpty()) {
            this.pushName = pushName;
        }
    }

    /**
     * The address by phone number.
     *
     * @return without a device
     */
    public Jid phoneNumber() {
        return phoneNumber;
    }

    /**
     * The address by LID.
     *
     * @return without a device
     */
    public Jid lid() {
        return lid;
    }

    /**
     * The account key, until the phone is installed anew.
     *
     * @return the key pair
     */
    public KeyPair key() {
        return key;
    }

    /**
     * The phone's signed pre-key, whose public half is in {@link Device#keys()} of {@link #phone()}.
     *
     * @return the key pair
     */
    public KeyPair phonePreKey() {
        return phonePreKey;
    }

    /**
     * The number that ties the account's key index lists together.
     *
     * @return positive
     */
    public int rawId() {
        return rawId;
    }

    /**
     * The phone and all linked companions.
     *
     * @return by device number, the phone first; a copy
     */
    public List<Device> devices() {
        return List.copyOf(devices.values());
    }

    /**
     * The linked companions.
     *
     * @return by device number, without the phone; a copy
     */
    public List<Device> companions() {
        return devices.values().stream().filter(device -> !device.isPhone()).toList();
    }

    /**
     * The phone.
     *
     * @return device 0
     */
    public Device phone() {
        return devices.firstEntry().getValue();
    }

    /**
     * One device.
     *
     * @param number 0 for the phone
     * @return the device, or nothing if it is not linked
     */
    public Optional<Device> device(int number) {
        return Optional.ofNullable(devices.get(number));
    }

    /** The phone was installed anew. */
    void reinstalled(KeyPair key, KeyPair phonePreKey, int rawId) {
        this.key = key;
        this.phonePreKey = phonePreKey;
        this.rawId = rawId;
    }

    /**
     * The highest number that any companion ever had, one that is being linked or was removed included.
     *
     * @return 0 if there never was one
     */
    public int newestDeviceNumber() {
        return nextDevice - 1;
    }

    /**
     * Numbers are never used again, so that a removed device is not mistaken for a later one.
     *
     * @return the number of the companion that is being linked
     */
    public int takeDeviceNumber() {
        return nextDevice++;
    }

    /**
     * Takes a device in.
     *
     * @param device with a number that was taken for it
     */
    public void add(Device device) {
        devices.put(device.number(), device);
    }

    /**
     * Lets a device go.
     *
     * @param device a companion; another one of its number stays
     */
    public void remove(Device device) {
        devices.remove(device.number(), device);
    }

    @Override
    public String toString() {
        return "Account[" + name + " " + phoneNumber + " " + lid + "]";
    }
}
