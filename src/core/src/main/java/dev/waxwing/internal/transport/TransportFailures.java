package dev.waxwing.internal.transport;

import dev.waxwing.error.ConnectionLostException;
import dev.waxwing.error.ProtocolViolationException;
import dev.waxwing.error.ProxyRefusedException;
import dev.waxwing.error.ServerNotTrustedException;
import dev.waxwing.error.WaxwingException;
import io.netty.handler.codec.CodecException;
import io.netty.handler.proxy.ProxyConnectException;
import io.netty.handler.ssl.NotSslRecordException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;

/** Names what went wrong below WebSocket messages in the terms of the exception tree. */
final class TransportFailures {

    /** A cause chain longer than this is a loop. */
    private static final int MAX_CAUSES = 32;

    private static final int MAX_ANSWER = 200;

    /** All else, as a time-out, is no word of the proxy. */
    private static final Pattern ANSWERED = Pattern.compile("^(status|authStatus|cmdStatus|unexpected)");

    private TransportFailures() {}

    /**
     * Classifies one failure.
     *
     * @param what what was being done, for example {@code "connection to example.org:443"}
     * @param proxy the proxy in between, or null for none
     * @param cause what Netty or the JDK reported
     * @return the failure as the application sees it
     */
    static WaxwingException classify(String what, @Nullable ProxyConfig proxy, Throwable cause) {
        Optional<WaxwingException> typed = find(cause, WaxwingException.class);
        if (typed.isPresent()) {
            return typed.get();
        }
        // Looked for first: with TLS above it, what the proxy said comes wrapped as a failure of TLS.
        Optional<ProxyConnectException> proxied = find(cause, ProxyConnectException.class);
        if (proxied.isPresent()) {
            return proxied(what, proxy, proxied.get());
        }
        if (find(cause, CertificateException.class).isPresent()
                || find(cause, CertPathValidatorException.class).isPresent()
                || find(cause, CertPathBuilderException.class).isPresent()
                || find(cause, SSLPeerUnverifiedException.class).isPresent()) {
            return new ServerNotTrustedException(what + ": the server's TLS certificate is not trusted", cause);
        }
        if (find(cause, SSLException.class).isPresent()
                || find(cause, NotSslRecordException.class).isPresent()) {
            return new ConnectionLostException(what + ": TLS failed", cause);
        }
        if (cause instanceof CodecException) {
            return new ProtocolViolationException(what + ": malformed WebSocket or HTTP data", cause);
        }
        return new ConnectionLostException(what + " failed: " + cause.getClass().getSimpleName(), cause);
    }

    /** Netty tells in words: who talks to whom, then what came of it. */
    private static WaxwingException proxied(String what, @Nullable ProxyConfig proxy, ProxyConnectException cause) {
        String words = Objects.requireNonNullElse(cause.getMessage(), "");
        int answerAt = words.indexOf(", ", Math.max(0, words.indexOf(" => ")));
        String answer = answerAt < 0 ? words : words.substring(answerAt + 2);
        String bounded = answer.length() > MAX_ANSWER ? answer.substring(0, MAX_ANSWER) : answer;
        String name = proxy == null ? "" : proxy.host() + ":" + proxy.port();
        return ANSWERED.matcher(bounded).find()
                ? new ProxyRefusedException(what, name, bounded, cause)
                : new ConnectionLostException(what + ": the proxy " + name + " failed: " + bounded, cause);
    }

    private static <T extends Throwable> Optional<T> find(Throwable start, Class<T> type) {
        Throwable current = start;
        for (int i = 0; current != null && i < MAX_CAUSES; i++) {
            if (type.isInstance(current)) {
                return Optional.of(type.cast(current));
            }
            current = current.getCause();
        }
        return Optional.empty();
    }
}
