package dev.waxwing.testkit.traffic;

/** How a handshake can go wrong on the server's side. */
public enum HandshakeFault {
    /** The certificate chain is signed by a root that nobody was told about. */
    FOREIGN_ROOT,
    /** The certificate chain was valid yesterday. */
    EXPIRED_CERTIFICATE,
    /** The certificate is for another static key than the handshake proves. */
    FOREIGN_KEY,
    /** A client that would resume an earlier connection is answered with a full server hello, as a server may. */
    RESUMPTION_DECLINED,
    /** The server hello's last byte is another: what is sealed last does not open. */
    GARBLED,
    /** Half of the server hello is sent, then the socket closes. */
    TRUNCATED,
    /** Nothing is ever answered. */
    SILENT
}
