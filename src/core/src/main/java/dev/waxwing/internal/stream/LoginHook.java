package dev.waxwing.internal.stream;

import java.util.concurrent.CompletionStage;

/**
 * What a room does at every login, between {@code <success>} and the state {@link StreamState.Open}: for example the
 * pre-key upload. Hooks run one after another in the order of registration, each within the configured time. One that
 * fails or takes longer is logged and passed over: being connected without its effect is better than not being
 * connected.
 */
@FunctionalInterface
public interface LoginHook {

    /**
     * Runs on the event loop; must not block.
     *
     * @param stream the stream of this connection alone: its futures fail when the connection is lost
     * @return completes when the login may go on
     */
    CompletionStage<Void> onLogin(StanzaStream stream);
}
