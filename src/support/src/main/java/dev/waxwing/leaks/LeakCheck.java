package dev.waxwing.leaks;

import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;

/**
 * Fails every test class that leaves a thread of ours running or a buffer unreleased. Found by JUnit itself; see {@link
 * Leftovers}.
 */
public final class LeakCheck implements BeforeAllCallback, AfterAllCallback {

    private static final Namespace OURS = Namespace.create(LeakCheck.class);

    static {
        // Before any test class touches a buffer: Netty asks for its detector once.
        LeakRecorder.install();
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        if (isTopLevel(context)) {
            context.getStore(OURS).put(Leftovers.class, Leftovers.fromNow());
        }
    }

    @Override
    public void afterAll(ExtensionContext context) {
        if (isTopLevel(context)) {
            Leftovers leftovers = context.getStore(OURS).get(Leftovers.class, Leftovers.class);
            leftovers.assertNone();
        }
    }

    /** A nested class shares servers and sockets with the one around it. */
    private static boolean isTopLevel(ExtensionContext context) {
        return context.getRequiredTestClass().getEnclosingClass() == null;
    }
}
