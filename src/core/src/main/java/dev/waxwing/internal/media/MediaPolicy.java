package dev.waxwing.internal.media;

import dev.waxwing.internal.transport.TransportConfig;
import dev.waxwing.media.MediaCache;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How files are sent and fetched.
 *
 * @param way how to connect; the host is another each time
 * @param idle how long nothing may come or go during a transfer
 * @param total how long one exchange with a host may take
 * @param atOnce how many transfers run at once
 * @param mostBytes how long a file may be
 * @param mostInMemory how long a file may be that is kept in memory
 * @param reuploadTimeout how long the phone may take to upload a file again; null to ask it for none by itself
 * @param folder where encrypted files lie for as long as they are uploaded
 * @param otherHosts which hosts a message may name beside those of the service
 * @param cache remembers uploads; null for none
 */
public record MediaPolicy(
        TransportConfig way,
        Duration idle,
        Duration total,
        int atOnce,
        long mostBytes,
        int mostInMemory,
        @Nullable Duration reuploadTimeout,
        Path folder,
        Set<String> otherHosts,
        @Nullable MediaCache cache) {

    private static final String SERVICE = "whatsapp.net";

    /** Whether a file may be fetched from a host that only a message names. */
    boolean allows(String host) {
        String name = host.toLowerCase(Locale.ROOT);
        return isWithin(name, SERVICE) || otherHosts.stream().anyMatch(other -> isWithin(name, other));
    }

    private static boolean isWithin(String host, String domain) {
        return host.equals(domain) || host.endsWith("." + domain);
    }

    /** Shows what matters for a log. */
    @Override
    public String toString() {
        return "MediaPolicy[" + way + "]";
    }
}
