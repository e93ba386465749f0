package dev.waxwing.testkit.area.message;

import dev.waxwing.internal.binary.Node;
import dev.waxwing.testkit.state.Device;
import java.util.List;
import java.util.OptionalInt;

/** The way of messages to one kind of chat. */
interface MessageRoute {

    /**
     * Why the real service would not take a message.
     *
     * @return the code of the nack, or nothing if it is fine
     */
    OptionalInt refusal(Device from, Node message, MessageParts parts);

    /** Whether nobody has the address that a message goes to. */
    default boolean isToNobody(Node message) {
        return false;
    }

    /**
     * Every device that the server would have the message reach, the sender's own included.
     *
     * @return the devices, or none where clients do not compare them
     */
    List<Device> audience(Device from, Node message);

    /** Delivers a message that the server has taken. What is not deliverable is passed over. */
    void deliver(Device from, Node message, MessageParts parts);
}
