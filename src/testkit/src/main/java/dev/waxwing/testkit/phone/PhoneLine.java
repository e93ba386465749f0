package dev.waxwing.testkit.phone;

import dev.waxwing.internal.binary.Node;
import dev.waxwing.internal.signal.engine.PreKeyBundle;
import dev.waxwing.model.Jid;
import dev.waxwing.testkit.state.Device;
import java.util.List;
import java.util.Optional;

/** What a phone has of the server, in place of a connection. All of it on the world's thread. */
public interface PhoneLine {

    /**
     * Whom a message to a chat is for.
     *
     * @param phone the sender
     * @param chat a person or a group
     * @return all devices, those of the phone's own account included
     * @throws IllegalArgumentException if there is no such person or group, or the phone may not write to it
     */
    List<Device> audience(Device phone, Jid chat);

    /**
     * The devices of some people.
     *
     * @param phone the sender
     * @param people by phone number or LID
     * @return all their devices, and those of the phone's own account
     * @throws IllegalArgumentException if nobody has one of the addresses
     */
    List<Device> devicesOf(Device phone, List<Jid> people);

    /**
     * By what address the devices of a chat are named.
     *
     * @param chat a person, a group or the status
     * @return true for LIDs, false for phone numbers
     */
    boolean isByLid(Jid chat);

    /**
     * Hands out the keys of a device, a one-time key among them while there are any.
     *
     * @param device whose keys
     * @return what another client would get
     */
    PreKeyBundle takeBundle(Device device);

    /**
     * Takes a message as if it had come from a connection.
     *
     * @param phone the sender
     * @param message complete
     */
    void send(Device phone, Node message);

    /**
     * Takes a receipt as if it had come from a connection.
     *
     * @param phone whose it is
     * @param receipt complete
     */
    void receipt(Device phone, Node receipt);

    /**
     * Uploads a file once more.
     *
     * @param sha256 of the bytes as they were uploaded before
     * @return where it is now, or nothing if it never was on this server's media host
     */
    Optional<String> uploadAgain(byte[] sha256);

    /**
     * Has the server give a companion a stanza of the phone's.
     *
     * @param companion whom
     * @param stanza complete, with its id
     */
    void deliver(Device companion, Node stanza);
}
