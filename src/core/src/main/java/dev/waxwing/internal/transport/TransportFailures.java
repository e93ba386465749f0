package dev.waxwing.internal.transport;

import dev.waxwing.error.ConnectionLostException;
import dev.waxwing.error.ProtocolViolationException;
import dev.waxwing.error.ServerNotTrustedException;
import dev.waxwing.error.WaxwingException;
import io.netty.handler.codec.CodecException;
import io.netty.handler.ssl.NotSslRecordException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.util.Optional;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;

/** Names what went wrong below WebSocket messages in the terms of the exception tree. */
final class TransportFailures {

    /** A cause chain longer than this is a loop. */
    private static final int MAX_CAUSES = 32;

    private TransportFailures() {}

    /**
     * Classifies one failure.
     *
     * @param what what was being done, for example {@code "connection to example.org:443"}
     * @param cause what Netty or the JDK reported
     * @return the failure as the application sees it
     */
    static WaxwingException classify(String what, Throwable cause) {
        Optional<WaxwingException> typed = find(cause, WaxwingException.class);
        if (typed.isPresent()) {
            return typed.get();
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
