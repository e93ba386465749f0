package dev.waxwing.contact;

import static java.util.Objects.requireNonNull;

import java.net.URI;
import java.util.Optional;

/**
 * Where a profile picture is.
 *
 * @param id another for each picture that is set
 * @param url where it can be downloaded, for some time
 * @param directPath its path at the hosts of media, if the server tells it
 */
public record ProfilePicture(String id, URI url, Optional<String> directPath) {

    /**
     * Checks that nothing is null.
     *
     * @param id another for each picture that is set
     * @param url where it can be downloaded, for some time
     * @param directPath its path at the hosts of media, if the server tells it
     */
    public ProfilePicture {
        requireNonNull(id, "id");
        requireNonNull(url, "url");
        requireNonNull(directPath, "directPath");
    }

    /** Without the address, which lets whoever has it see the picture. */
    @Override
    public String toString() {
        return "ProfilePicture[" + id + "]";
    }
}
