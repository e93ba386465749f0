package dev.waxwing.internal.contact;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import dev.waxwing.internal.binary.Node;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * The name in a certificate of a business, {@code VerifiedNameCertificate}: its details are field 1, the name is field 4
 * of these. The signature is not verified, as in all peers: nobody has established with which key.
 */
final class VerifiedNames {

    private static final int LARGEST = 16_384;
    private static final int LONGEST = 1_024;
    private static final int DETAILS = 1;
    private static final int NAME = 4;

    private VerifiedNames() {}

    /** The name of a {@code <user>} of a usync answer; nothing if there is none that can be read. */
    static Optional<String> of(Node user) {
        Node business = user.child("business");
        Node certificate = business == null ? null : business.child("verified_name");
        byte[] bytes = certificate == null ? null : certificate.bytes();
        if (bytes == null || bytes.length > LARGEST) {
            return Optional.empty();
        }
        try {
            return field(bytes, DETAILS)
                    .flatMap(VerifiedNames::nameIn)
                    .filter(name -> !name.isEmpty() && name.length() <= LONGEST);
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static Optional<String> nameIn(byte[] details) {
        try {
            return field(details, NAME).map(name -> new String(name, StandardCharsets.UTF_8));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static Optional<byte[]> field(byte[] message, int number) throws IOException {
        CodedInputStream in = CodedInputStream.newInstance(message);
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            if (WireFormat.getTagFieldNumber(tag) == number
                    && WireFormat.getTagWireType(tag) == WireFormat.WIRETYPE_LENGTH_DELIMITED) {
                return Optional.of(in.readByteArray());
            }
            in.skipField(tag);
        }
        return Optional.empty();
    }
}
