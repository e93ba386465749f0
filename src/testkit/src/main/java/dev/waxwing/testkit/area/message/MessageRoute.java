package dev.waxwing.testkit.area.message;

import dev.waxwing.internal.binary.Node;
import dev.waxwing.testkit.state.Device;
import java.util.List;
import java.util.OptionalInt;

/** The way of messages to one kind of chat. */
interface MessageRoute {

    /**
     * Why the real service would not take a message, beside {@link #barred}.
     *
     * @return the code of the nack, or nothing if it is fine
     */
    OptionalInt refusal(Device from, Node message, MessageParts parts);

    /**
     * Why nobody would get a message, which its sender is told in either mode: it must not believe that somebody did.
     *
     * @param message its chat is all that matters
     * @return the code of the nack, or nothing if the chat is there and takes messages of the sender
     */
    default OptionalInt barred(Device from, Node message) {
        return OptionalInt.empty();
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
