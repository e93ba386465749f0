package dev.waxwing.testkit.server;

/**
 * One area of the service: pre-keys, groups, media… An area says what it answers and keeps its own state; nobody edits
 * a central switch.
 *
 * <pre>{@code
 * public final class BlocklistArea implements ServerArea {
 *     public void register(Registrations on, World world) {
 *         on.iq("blocklist", "get", iq -> iq.reply(Node.builder("list").attr("dhash", "1").build()));
 *     }
 * }
 * }</pre>
 */
@FunctionalInterface
public interface ServerArea {

    /**
     * Called once, before the server listens, on the world's thread, as is everything that it registers.
     *
     * @param on takes handlers and hooks
     * @param world the server's state, to keep
     */
    void register(Registrations on, World world);
}
