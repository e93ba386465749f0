package dev.waxwing.testkit.traffic;

/** How a handshake can go wrong on the server's side. */
public enum HandshakeFault {
    /** The certificate chain is signed by a root that nobody was told about. */
    FOREIGN_ROOT,
    /** The certificate chain was valid yesterday. */
    EXPIRED_CERTIFICATE,
    /** The certificate is for another static key than the handshake proves. */
    FOREIGN_KEY,
    /** Half of the server hello is sent, then the socket closes. */
    TRUNCATED,
    /** Nothing is ever answered. */
    SILENT
}
