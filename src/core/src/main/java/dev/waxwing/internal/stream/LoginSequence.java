package dev.waxwing.internal.stream;

import dev.waxwing.error.ConnectionLostException;
import dev.waxwing.error.RequestTimeoutException;
import dev.waxwing.error.ServerRefusedException;
import dev.waxwing.error.WaxwingException;
import dev.waxwing.internal.binary.Node;
import dev.waxwing.internal.threads.Cancellable;
import dev.waxwing.internal.threads.Failures;
import dev.waxwing.internal.threads.LoopTimer;
import dev.waxwing.model.Jid;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * From {@code <success>} to open: the hooks one after another, each within its time, then {@code <active/>}, after
 * which the server delivers. Event loop only.
 */
final class LoginSequence {

    private static final Logger LOG = LoggerFactory.getLogger(LoginSequence.class);

    private final List<LoginHook> hooks;
    private final Duration hookTimeout;
    private final LoopTimer timer;
    private final StanzaStream stream;
    private final Runnable onOpen;
    private final Consumer<WaxwingException> onFailure;
    private boolean stopped;

    LoginSequence(
            List<LoginHook> hooks,
            Duration hookTimeout,
            LoopTimer timer,
            StanzaStream stream,
            Runnable onOpen,
            Consumer<WaxwingException> onFailure) {
        this.hooks = List.copyOf(hooks);
        this.hookTimeout = hookTimeout;
        this.timer = timer;
        this.stream = stream;
        this.onOpen = onOpen;
        this.onFailure = onFailure;
    }

    void start() {
        run(0);
    }

    void stop() {
        stopped = true;
    }

    private void run(int index) {
        if (stopped) {
            return;
        }
        if (index == hooks.size()) {
            activate();
            return;
        }
        CompletableFuture<Void> bounded = new CompletableFuture<>();
        Cancellable expiry = timer.after(
                hookTimeout,
                () -> bounded.completeExceptionally(
                        new RequestTimeoutException("a login hook took longer than " + hookTimeout)));
        bounded.whenComplete((done, failure) -> timer.run(() -> {
            expiry.cancel();
            if (failure != null && !stopped) {
                LOG.warn("a login hook failed; the login goes on", Failures.unwrap(failure));
            }
            run(index + 1);
        }));
        try {
            hooks.get(index).onLogin(stream).whenComplete((done, failure) -> {
                if (failure == null) {
                    bounded.complete(null);
                } else {
                    bounded.completeExceptionally(failure);
                }
            });
        } catch (RuntimeException e) {
            bounded.completeExceptionally(e);
        }
    }

    private void activate() {
        Node active = Node.builder("iq")
                .attr("to", Jid.SERVER)
                .attr("type", "set")
                .attr("xmlns", "passive")
                .child(Node.builder("active").build())
                .build();
        stream.request(active).whenComplete((answer, failure) -> {
            if (stopped) {
                return;
            }
            if (failure instanceof ServerRefusedException refused) {
                LOG.warn("the server refused <active/>; the stream opens all the same", refused);
            } else if (failure != null) {
                onFailure.accept(new ConnectionLostException("the login was not completed", failure));
                return;
            }
            onOpen.run();
        });
    }
}
