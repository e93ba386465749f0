package dev.waxwing.testkit.server;

import dev.waxwing.internal.binary.Node;
import dev.waxwing.testkit.state.ClientLink;
import dev.waxwing.testkit.state.Device;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What stands for the connection of a device that has none, for the time of one question. */
final class PhoneLink implements ClientLink {

    private final Device device;
    private final boolean strict;
    private @Nullable Node answer;

    PhoneLink(Device device, boolean strict) {
        this.device = device;
        this.strict = strict;
    }

    /** What was answered. */
    Node answer() {
        if (answer == null) {
            throw new IllegalStateException("the answer is to come later, and " + device + " has no connection");
        }
        return answer;
    }

    @Override
    public int id() {
        return 0;
    }

    @Override
    public Optional<Device> device() {
        return Optional.of(device);
    }

    @Override
    public boolean isStrict() {
        return strict;
    }

    @Override
    public void strict(boolean ignored) {
        // As the server is.
    }

    @Override
    public boolean isOpen() {
        return true;
    }

    @Override
    public void send(Node stanza) {
        answer = stanza;
    }

    @Override
    public void ask(Node iq, Consumer<Node> onAnswer) {
        // A phone is asked nothing.
    }

    @Override
    public void whenWritten(Runnable task) {
        task.run();
    }

    @Override
    public void streamError(Optional<Integer> code, Optional<Node> child) {
        // There is no stream.
    }

    @Override
    public void end(Node lastWord) {
        // There is no stream.
    }

    @Override
    public void close(int code) {
        // There is no socket.
    }

    @Override
    public void sendFrame(byte[] plaintext) {
        // There is no socket.
    }

    @Override
    public void goSilent() {
        // There is no socket.
    }
}
