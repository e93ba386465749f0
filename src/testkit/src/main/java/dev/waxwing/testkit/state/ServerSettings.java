package dev.waxwing.testkit.state;

import dev.waxwing.testkit.server.World;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How a loopback server behaves, fixed at its start save where {@link World} has a setter.
 *
 * @param port of the TLS listener; 0 picks a free one
 * @param cleartextPort of the listener without TLS; 0 picks a free one
 * @param strict whether odd input is answered as the real service answers it; otherwise it is accepted and logged
 * @param seed of all chance in the server
 * @param clock what time stamps follow until a test shifts it
 * @param seedGroup subject of a group that every new account is the sole member of, if any
 * @param phoneBootstrap whether the phone shares keys and history with a new companion
 * @param chatStateTtl how long a chat state waits for a device that is offline
 * @param latency how long a stanza takes from one device to others; zero passes it on at once
 * @param gatherReceipts whether receipts of several members for one message that wait for a device become one
 * @param statusStanzas whether a status post is delivered under a tag of its own
 * @param extraNames DNS names the certificate is also valid for
 * @param journalLimit how many stanzas the journal keeps, the newest
 * @param maxBodyBytes longest body of an HTTP request
 * @param maxAccounts how many accounts may exist, so that a runaway test fails cleanly
 */
public record ServerSettings(
        int port,
        int cleartextPort,
        boolean strict,
        long seed,
        Clock clock,
        Optional<String> seedGroup,
        boolean phoneBootstrap,
        Duration chatStateTtl,
        Duration latency,
        boolean gatherReceipts,
        boolean statusStanzas,
        List<String> extraNames,
        int journalLimit,
        int maxBodyBytes,
        int maxAccounts) {

    /**
     * Copies the list.
     *
     * @param port of the TLS listener; 0 picks a free one
     * @param cleartextPort of the listener without TLS; 0 picks a free one
     * @param strict whether odd input is answered as the real service answers it; otherwise it is accepted and logged
     * @param seed of all chance in the server
     * @param clock what time stamps follow until a test shifts it
     * @param seedGroup subject of a group that every new account is the sole member of, if any
     * @param phoneBootstrap whether the phone shares keys and history with a new companion
     * @param chatStateTtl how long a chat state waits for a device that is offline
     * @param latency how long a stanza takes from one device to others; zero passes it on at once
     * @param gatherReceipts whether receipts of several members for one message that wait for a device become one
     * @param statusStanzas whether a status post is delivered under a tag of its own
     * @param extraNames DNS names the certificate is also valid for
     * @param journalLimit how many stanzas the journal keeps, the newest
     * @param maxBodyBytes longest body of an HTTP request
     * @param maxAccounts how many accounts may exist, so that a runaway test fails cleanly
     */
    public ServerSettings {
        extraNames = List.copyOf(extraNames);
    }
}
