package dev.waxwing.process;

import dev.waxwing.SocketConfig;
import dev.waxwing.testkit.LoopbackServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.List;

/**
 * What clients in other processes need to trust a loopback server, in two files of a folder: {@code ca.pem} and
 * {@code root.key}.
 */
public final class ServerTrust {

    private static final String AUTHORITY = "ca.pem";
    private static final String NOISE_ROOT = "root.key";

    private ServerTrust() {}

    /**
     * Writes the files.
     *
     * @param server whom to trust
     * @param folder where
     * @throws IOException if they cannot be written
     */
    public static void write(LoopbackServer server, Path folder) throws IOException {
        Files.writeString(folder.resolve(AUTHORITY), server.caPem());
        Files.write(folder.resolve(NOISE_ROOT), server.noiseRootPublicKey());
    }

    /**
     * Begins the configuration of a client.
     *
     * @param uri of the server
     * @param folder with the files
     * @return a configuration that lacks the store
     * @throws IOException if the files cannot be read
     * @throws GeneralSecurityException if they are damaged
     */
    public static SocketConfig.Builder config(String uri, Path folder) throws IOException, GeneralSecurityException {
        try (InputStream pem = Files.newInputStream(folder.resolve(AUTHORITY))) {
            X509Certificate authority =
                    (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(pem);
            byte[] noiseRoot = Files.readAllBytes(folder.resolve(NOISE_ROOT));
            return SocketConfig.builder()
                    .connection(connection -> connection
                            .uri(URI.create(uri))
                            .noiseRootPublicKey(noiseRoot)
                            .trustedCertificates(List.of(authority)));
        }
    }
}
