package dev.waxwing;

import static java.util.Objects.requireNonNull;

import dev.waxwing.model.IdentityPolicy;
import dev.waxwing.store.AccountStore;
import java.time.Clock;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * How a {@link Socket} connects and behaves. Immutable; only the store has no default. What belongs together is in a
 * section.
 *
 * <pre>{@code
 * SocketConfig config = SocketConfig.builder()
 *         .store(SqliteStore.at(Path.of("account.db")))
 *         .linking(linking -> linking.browser(new Browser("Order bot", Browser.Platform.DESKTOP)))
 *         .connection(connection -> connection.proxy(Proxy.http("proxy.example.org", 3128)))
 *         .build();
 * }</pre>
 */
public final class SocketConfig {

    /** Read by {@link SocketSettings} and never changed. */
    final Builder values;

    private SocketConfig(Builder values) {
        this.values = values;
    }

    /**
     * Starts a configuration with every default in place.
     *
     * @return a new builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Starts a configuration from this one.
     *
     * @return a new builder with this configuration's values
     */
    public Builder toBuilder() {
        return values.copy();
    }

    /** Collects values; each setter checks what it is given. Not thread-safe. */
    public static final class Builder extends ConfigSection<Builder> {

        @Nullable
        AccountStore store;

        boolean markOnlineOnConnect;
        boolean tracePipeline;
        IdentityPolicy identityPolicy = IdentityPolicy.TELL;

        @Nullable
        Waxwing runtime;

        @Nullable
        Executor executor;

        Clock clock = Clock.systemUTC();
        ConnectionConfig connection = new ConnectionConfig();
        LinkingConfig linking = new LinkingConfig();
        SendingConfig sending = new SendingConfig();
        ReceivingConfig receiving = new ReceivingConfig();
        GroupsConfig groups = new GroupsConfig();
        MediaConfig media = new MediaConfig();

        private Builder() {}

        /**
         * Where the account lives. Required. The socket does not close it.
         *
         * @param store an open store that nothing else uses
         * @return this builder
         */
        public Builder store(AccountStore store) {
            this.store = requireNonNull(store, "store");
            return this;
        }

        /**
         * The server, the way to it, and how long it may take to answer.
         *
         * @param connection sets options
         * @return this builder
         */
        public Builder connection(Consumer<ConnectionConfig> connection) {
            requireNonNull(connection, "connection").accept(this.connection);
            return this;
        }

        /**
         * How this device introduces itself and is linked.
         *
         * @param linking sets options
         * @return this builder
         */
        public Builder linking(Consumer<LinkingConfig> linking) {
            requireNonNull(linking, "linking").accept(this.linking);
            return this;
        }

        /**
         * What waits on its way out, for how long, and to which devices it goes.
         *
         * @param sending sets options
         * @return this builder
         */
        public Builder sending(Consumer<SendingConfig> sending) {
            requireNonNull(sending, "sending").accept(this.sending);
            return this;
        }

        /**
         * Messages that did not decrypt, here or elsewhere, listeners that throw, and receipts.
         *
         * @param receiving sets options
         * @return this builder
         */
        public Builder receiving(Consumer<ReceivingConfig> receiving) {
            requireNonNull(receiving, "receiving").accept(this.receiving);
            return this;
        }

        /**
         * What is remembered of groups.
         *
         * @param groups sets options
         * @return this builder
         */
        public Builder groups(Consumer<GroupsConfig> groups) {
            requireNonNull(groups, "groups").accept(this.groups);
            return this;
        }

        /**
         * Files in messages: limits, time-outs, where they lie meanwhile.
         *
         * @param media sets options
         * @return this builder
         */
        public Builder media(Consumer<MediaConfig> media) {
            requireNonNull(media, "media").accept(this.media);
            return this;
        }

        /**
         * Whether to announce the account as available after each login; default false, which leaves notifications on
         * the phone alone.
         *
         * @param markOnlineOnConnect true to announce
         * @return this builder
         */
        public Builder markOnlineOnConnect(boolean markOnlineOnConnect) {
            this.markOnlineOnConnect = markOnlineOnConnect;
            return this;
        }

        /**
         * What happens when a person's identity key, or the pair of phone number and LID, is another than the one
         * known; default {@link IdentityPolicy#TELL}. What was refused until confirmed is confirmed by {@link
         * dev.waxwing.identity.Identities#confirm}.
         *
         * @param identityPolicy the policy
         * @return this builder
         */
        public Builder identityPolicy(IdentityPolicy identityPolicy) {
            this.identityPolicy = requireNonNull(identityPolicy, "identityPolicy");
            return this;
        }

        /**
         * Whether to publish {@code message.trace} events; default false, since measuring costs a little for each
         * message.
         *
         * @param tracePipeline true to publish
         * @return this builder
         */
        public Builder tracePipeline(boolean tracePipeline) {
            this.tracePipeline = tracePipeline;
            return this;
        }

        /**
         * Whose threads the socket shares; default those of all sockets that name none. A shared runtime is what lets
         * one process hold thousands of sockets with a few dozen threads.
         *
         * @param runtime an open runtime; not closed by the socket
         * @return this builder
         */
        public Builder runtime(Waxwing runtime) {
            this.runtime = requireNonNull(runtime, "runtime");
            return this;
        }

        /**
         * Runs this socket's encryption and storage in place of the runtime's workers. Tasks may block. Sockets that
         * are given the same executor share it without limits; {@link Waxwing.Builder#workers} shares one with limits.
         * Listeners run on the runtime's listener threads all the same, so that one that blocks cannot hold up the
         * reply that it waits for.
         *
         * @param executor not closed by the socket
         * @return this builder
         */
        public Builder executor(Executor executor) {
            this.executor = requireNonNull(executor, "executor");
            return this;
        }

        /**
         * The clock for message times and certificate validity; default the system's.
         *
         * @param clock the clock
         * @return this builder
         */
        public Builder clock(Clock clock) {
            this.clock = requireNonNull(clock, "clock");
            return this;
        }

        /**
         * Freezes the values.
         *
         * @return the configuration
         * @throws IllegalStateException if no store was given
         */
        public SocketConfig build() {
            requiredStore();
            return new SocketConfig(copy());
        }

        AccountStore requiredStore() {
            if (store == null) {
                throw new IllegalStateException(
                        "store must be set: for example SqliteStore.at(Path.of(\"account.db\"))");
            }
            return store;
        }

        @Override
        Builder copy() {
            Builder copy = super.copy();
            copy.connection = connection.copy();
            copy.linking = linking.copy();
            copy.sending = sending.copy();
            copy.receiving = receiving.copy();
            copy.groups = groups.copy();
            copy.media = media.copy();
            return copy;
        }
    }
}
