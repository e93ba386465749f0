package dev.waxwing.internal.stream;

import dev.waxwing.error.ClientOutdatedException;
import dev.waxwing.error.ConnectionLostException;
import dev.waxwing.error.ConnectionReplacedException;
import dev.waxwing.error.LoggedOutException;
import dev.waxwing.error.ProtocolViolationException;
import dev.waxwing.error.ProxyRefusedException;
import dev.waxwing.error.ServerNotTrustedException;
import dev.waxwing.error.ServerRefusedException;
import dev.waxwing.error.SocketClosedException;
import dev.waxwing.error.StoreFailedException;
import dev.waxwing.error.TemporarilyBannedException;
import dev.waxwing.error.WaxwingException;
import dev.waxwing.internal.binary.Node;
import dev.waxwing.internal.stream.DisconnectReason.Reaction;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The judge of every end a connection can have (01, section 10). Codes are read leniently: a stanza that ends the
 * stream is believed whatever else is wrong with it.
 */
final class Disconnects {

    private static final int MAX_TEXT = 200;

    private Disconnects() {}

    /** {@code <stream:error>}: the child is read before the code. */
    static DisconnectReason ofStreamError(Node error) {
        int code = number(error, "code");
        Node conflict = error.child("conflict");
        if (conflict != null) {
            // Every type but "replaced" means unlinked (whatsapp-rust), and so does none beside the code 401.
            return "replaced".equals(conflict.attr("type")) || (conflict.attr("type") == null && code != 401)
                    ? replaced(code, error)
                    : loggedOut(code, error);
        }
        if (error.child("xml-not-well-formed") != null) {
            return new DisconnectReason(
                    Reaction.BACK_OFF,
                    code,
                    new ProtocolViolationException("the server could not read a stanza of this side"),
                    error);
        }
        if (error.child("bad-mac") != null) {
            return lost(code, "the server could not open a frame of this side", error);
        }
        if (error.child("ack") != null) {
            return lost(code, "the server waited for an ack", error);
        }
        return switch (code) {
            case 515 ->
                new DisconnectReason(
                        Reaction.RECONNECT_NOW,
                        code,
                        new ConnectionLostException("the server asks for a new connection"),
                        error);
            case 401, 516 -> loggedOut(code, error);
            case 409 -> replaced(code, error);
            case 429 ->
                new DisconnectReason(
                        Reaction.LONG_BACK_OFF, code, new ServerRefusedException("stream", code, "", null), error);
            default -> lost(code, "the server ended the stream with code " + code, error);
        };
    }

    /** {@code <failure>} instead of {@code <success>}. */
    static DisconnectReason ofFailure(Node failure) {
        int reason = number(failure, "reason");
        return switch (reason) {
            case 401, 403, 406 -> loggedOut(reason, failure);
            case 402 ->
                new DisconnectReason(
                        Reaction.STOP,
                        reason,
                        new TemporarilyBannedException(number(failure, "code"), seconds(failure, "expire")),
                        failure);
            case 405 ->
                new DisconnectReason(
                        Reaction.UPDATE_VERSION,
                        reason,
                        new ClientOutdatedException("the server refuses this client version as too old:"
                                + " configure a newer one (ConnectionConfig.version), or where to look it up"
                                + " (ConnectionConfig.versionLookup)"),
                        failure);
            case 500, 503 -> new DisconnectReason(Reaction.BACK_OFF, reason, refused(reason, failure), failure);
            default -> new DisconnectReason(Reaction.STOP, reason, refused(reason, failure), failure);
        };
    }

    /** {@code <xmlstreamend/>} without a reason before it. */
    static DisconnectReason ofStreamEnd(Node end) {
        return lost(0, "the server ended the stream", end);
    }

    /** An end below the stanzas: could not connect, was not trusted, broke, went silent. */
    static DisconnectReason of(WaxwingException error) {
        Reaction reaction;
        if (error instanceof ServerRefusedException refused) {
            // Whatever the status: it need not be the service that answered, but a portal, a CDN or a proxy, and that
            // passes (as in whatsmeow
            // since February 2026).
            reaction = refused.code() == 429 ? Reaction.LONG_BACK_OFF : Reaction.BACK_OFF;
            return new DisconnectReason(reaction, refused.code(), error, null);
        }
        if (error instanceof ConnectionLostException
                || error instanceof ProtocolViolationException
                || error instanceof ProxyRefusedException
                || error instanceof StoreFailedException) {
            reaction = Reaction.BACK_OFF;
        } else {
            reaction = Reaction.STOP;
        }
        return new DisconnectReason(reaction, 0, error, null);
    }

    /** What a call under way fails with when the connection ends so. */
    static WaxwingException forCallers(DisconnectReason reason) {
        WaxwingException error = reason.error();
        if (error instanceof ConnectionLostException
                || error instanceof SocketClosedException
                || error instanceof ServerNotTrustedException
                || reason.reaction() == Reaction.STOP) {
            return error;
        }
        return new ConnectionLostException("connection lost: " + error.getMessage(), error);
    }

    private static DisconnectReason loggedOut(int code, Node stanza) {
        return new DisconnectReason(
                Reaction.STOP, code, new LoggedOutException("this device is no longer linked, code " + code), stanza);
    }

    private static DisconnectReason replaced(int code, Node stanza) {
        return new DisconnectReason(
                Reaction.STOP,
                code,
                new ConnectionReplacedException("the same account was connected elsewhere"),
                stanza);
    }

    private static DisconnectReason lost(int code, String message, Node stanza) {
        return new DisconnectReason(Reaction.BACK_OFF, code, new ConnectionLostException(message), stanza);
    }

    private static ServerRefusedException refused(int reason, Node failure) {
        String text = failure.attr("message");
        String bounded = text == null ? "" : text.length() > MAX_TEXT ? text.substring(0, MAX_TEXT) : text;
        return new ServerRefusedException("login", reason, bounded, null);
    }

    private static int number(Node node, String name) {
        String text = node.attr(name);
        return text != null && text.matches("\\d{1,9}") ? Integer.parseInt(text) : 0;
    }

    private static @Nullable Duration seconds(Node node, String name) {
        return node.hasAttr(name) ? Duration.ofSeconds(number(node, name)) : null;
    }
}
