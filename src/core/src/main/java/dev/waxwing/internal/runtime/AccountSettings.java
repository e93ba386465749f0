package dev.waxwing.internal.runtime;

import dev.waxwing.group.GroupMetadataCache;
import dev.waxwing.internal.account.Availability;
import dev.waxwing.internal.media.MediaPolicy;
import dev.waxwing.internal.outbox.SendPolicy;
import dev.waxwing.internal.pairing.LinkingPolicy;
import dev.waxwing.internal.receipt.ReceiptPolicy;
import dev.waxwing.internal.retry.RetryPolicy;
import dev.waxwing.internal.stream.StreamConfig;
import dev.waxwing.internal.stream.link.WireObserver;
import dev.waxwing.internal.threads.AccountThreads;
import dev.waxwing.model.IdentityPolicy;
import dev.waxwing.store.UserDevicesCache;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.function.IntFunction;

/**
 * How one account connects and behaves, in the terms of the rooms that do it: the application's configuration,
 * translated. The values do not change.
 */
public interface AccountSettings {

    /**
     * Where the account lives.
     *
     * @return the store, not closed by the account; the same at each call
     */
    WatchedStore store();

    /**
     * The clock for message times and certificate validity.
     *
     * @return the clock
     */
    Clock clock();

    /**
     * The display name to go by until the phone has told one.
     *
     * @return the name, empty for none
     */
    Optional<String> pushName();

    /**
     * Whether to announce the account as available after each login.
     *
     * @return true to announce
     */
    boolean markOnlineOnConnect();

    /**
     * What happens when a person's identity key is another than the one known.
     *
     * @return the policy
     */
    IdentityPolicy identityPolicy();

    /**
     * Whether the steps of each message are measured and published.
     *
     * @return true to publish
     */
    boolean tracePipeline();

    /**
     * Takes the account's share of the threads.
     *
     * @return new threads, to be closed
     */
    AccountThreads takeThreads();

    /**
     * How the stream connects and behaves.
     *
     * @param observer measures what happens below the stream, if steps are measured
     * @return the configuration of the stream
     */
    StreamConfig stream(WireObserver observer);

    /**
     * Whether the account connects by a proxy.
     *
     * @return true if so
     */
    boolean isProxied();

    /**
     * Where device lists are remembered.
     *
     * @return the application's cache, or the account's part of the one that accounts share
     */
    UserDevicesCache userDevicesCache();

    /**
     * Where group metadata is remembered.
     *
     * @return the application's cache, or one of this account alone
     */
    GroupMetadataCache groupMetadataCache();

    /**
     * How files are sent and fetched.
     *
     * @return the policy
     */
    MediaPolicy mediaPolicy();

    /**
     * How this device is linked.
     *
     * @return the policy
     */
    LinkingPolicy linkingPolicy();

    /**
     * How messages wait on their way out.
     *
     * @return the policy
     */
    SendPolicy sendPolicy();

    /**
     * What receipts say.
     *
     * @param availability whether this device says that its user is there
     * @return the policy
     */
    ReceiptPolicy receiptPolicy(Availability availability);

    /**
     * How far resending goes.
     *
     * @return the policy
     */
    RetryPolicy retryPolicy();

    /**
     * When a listener of messages that threw is called again.
     *
     * @return given the number of failed calls, from 1, the pause; empty if the listener is not called again
     */
    IntFunction<Optional<Duration>> listenerPauses();
}
