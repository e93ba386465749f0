package dev.waxwing.model;

import static java.util.Objects.requireNonNull;

import dev.waxwing.internal.arguments.Copies;
import java.util.List;
import java.util.Optional;

/**
 * Which devices a person has, as the service answered.
 *
 * @param user the person as asked for, by phone number or LID, without a device
 * @param lid the person's LID, if the answer named it
 * @param deviceIds the device numbers, 0 being the phone; empty if the person is not on the service
 */
public record UserDevices(Jid user, Optional<Jid> lid, List<Integer> deviceIds) {

    /**
     * Copies the list and checks the parts.
     *
     * @param user the person, without a device
     * @param lid the person's LID
     * @param deviceIds the device numbers, none negative
     */
    public UserDevices {
        requireNonNull(lid, "lid");
        if (requireNonNull(user, "user").device() != 0) {
            throw new IllegalArgumentException("user must have no device but was " + user);
        }
        deviceIds = Copies.list(deviceIds, "deviceIds");
        for (int id : deviceIds) {
            if (id < 0) {
                throw new IllegalArgumentException("deviceIds must hold no negative number but has " + id);
            }
        }
    }

    /**
     * Somebody without devices.
     *
     * @param user the person, without a device
     * @return an empty list
     */
    public static UserDevices none(Jid user) {
        return new UserDevices(user, Optional.empty(), List.of());
    }
}
