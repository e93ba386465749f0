package dev.waxwing.internal.pairing;

import dev.waxwing.internal.account.Credentials;
import dev.waxwing.internal.threads.AccountThreads;
import dev.waxwing.internal.threads.Cancellable;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Shows one QR code after the other, as long as the server's references last. Event loop only. */
final class QrCodes {

    private final AccountThreads threads;
    private final LinkingPolicy policy;
    private final Consumer<String> show;
    private final Runnable onExhausted;
    private final Deque<String> refs = new ArrayDeque<>();
    private @Nullable Cancellable rotation;

    QrCodes(AccountThreads threads, LinkingPolicy policy, Consumer<String> show, Runnable onExhausted) {
        this.threads = threads;
        this.policy = policy;
        this.show = show;
        this.onExhausted = onExhausted;
    }

    /** References to make codes of, in place of those before; {@link #start} shows them. */
    void offered(Collection<String> offered) {
        stop();
        refs.addAll(offered);
    }

    void start(Credentials own) {
        showNext(own, policy.firstQr());
    }

    private void showNext(Credentials own, Duration goodFor) {
        rotation = null;
        String ref = refs.poll();
        if (ref == null) {
            onExhausted.run();
            return;
        }
        show.accept(QrText.of(ref, own, policy.clientDigit()));
        rotation = threads.after(goodFor, () -> showNext(own, policy.nextQr()));
    }

    /** Whether a code is shown. */
    boolean isShowing() {
        return rotation != null;
    }

    /** Shows no further codes. */
    void stop() {
        threads.assertOnLoop();
        refs.clear();
        if (rotation != null) {
            rotation.cancel();
            rotation = null;
        }
    }
}
