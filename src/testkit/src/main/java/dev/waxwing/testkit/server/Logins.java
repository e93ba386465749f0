package dev.waxwing.testkit.server;

import dev.waxwing.internal.binary.Node;
import dev.waxwing.internal.crypto.ConstantTime;
import dev.waxwing.model.Jid;
import dev.waxwing.proto.wa6.ClientPayload;
import dev.waxwing.testkit.state.ClientLink;
import dev.waxwing.testkit.state.Device;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Logins of linked devices: success, failure, replacement, and the end of a link. */
final class Logins {

    private static final String LOCATION = "lla";

    private final ServerState state;
    private final Map<Device, Integer> failures = new HashMap<>();

    Logins(ServerState state) {
        this.state = state;
    }

    void login(ServerConnection connection, byte[] noiseKey, ClientPayload payload) {
        Device device = find(payload);
        if (device == null || (connection.isStrict() && !ConstantTime.equal(noiseKey, device.noiseKey()))) {
            refuse(connection, 401);
            return;
        }
        Optional<Integer> failure = Optional.ofNullable(failures.remove(device));
        if (failure.isPresent()) {
            refuse(connection, failure.get());
            return;
        }
        device.connection().ifPresent(this::replace);
        device.account().pushName(payload.getPushName());
        connection.connected(device);
        long now = state.clock().seconds();
        connection.send(Node.builder("success")
                .attr("t", now)
                .attr("creation", now)
                .attr("props", "27")
                .attr("abprops", "21")
                .attr("group_abprops", "21")
                .attr("status", "active")
                .attr("lid", device.lidJid())
                .attr("display_name", device.account().pushName())
                .attr("location", LOCATION)
                .build());
        state.handlers().loggedIn(device);
        if (!payload.getPassive()) {
            activate(device);
        }
    }

    /** Refuses the next login of a device. */
    void failNext(Device device, int reason) {
        failures.put(device, reason);
    }

    private @Nullable Device find(ClientPayload payload) {
        if (!payload.hasUsername() || payload.getDevice() <= 0 || payload.getDevice() > 255) {
            return null;
        }
        return state.accounts()
                .findDevice(
                        Jid.phone(Long.toUnsignedString(payload.getUsername())).withDevice(payload.getDevice()))
                .orElse(null);
    }

    private void replace(ClientLink old) {
        old.streamError(
                Optional.empty(),
                Optional.of(Node.builder("conflict").attr("type", "replaced").build()));
    }

    /** From here on the device takes live traffic. One that says so twice gets its backlog and the end of it once. */
    void activate(Device device) {
        if (device.isActive()) {
            return;
        }
        device.activated();
        state.handlers().active(device);
    }

    /** Ends the link of a companion; the phone did, or the companion itself. */
    void remove(Device device) {
        device.account().remove(device);
        device.connection()
                .ifPresent(connection -> connection.streamError(
                        Optional.of(401),
                        Optional.of(Node.builder("conflict")
                                .attr("type", "device_removed")
                                .build())));
        state.handlers().removed(device);
    }

    /** Answers a client that may not come in. */
    void refuse(ClientLink connection, int reason) {
        connection.end(Node.builder("failure")
                .attr("reason", reason)
                .attr("location", LOCATION)
                .attr("t", state.clock().seconds())
                .build());
    }
}
