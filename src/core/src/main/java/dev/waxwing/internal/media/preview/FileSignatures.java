package dev.waxwing.internal.media.preview;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * Tells the types that phones show by themselves, and the commonest documents, by how their files begin. The signatures
 * are those of each format's own specification.
 */
final class FileSignatures {

    /** How much of a file's beginning is looked at. */
    static final int HEAD_BYTES = 4096;

    private record Signature(int at, byte[] bytes, String mimetype) {
        boolean fits(byte[] head) {
            if (head.length < at + bytes.length) {
                return false;
            }
            for (int i = 0; i < bytes.length; i++) {
                if (head[at + i] != bytes[i]) {
                    return false;
                }
            }
            return true;
        }
    }

    private static final List<Signature> SIGNATURES = List.of(
            signature(0, "\u00ff\u00d8\u00ff", "image/jpeg"),
            signature(0, "\u0089PNG\r\n\u001a\n", "image/png"),
            signature(0, "GIF87a", "image/gif"),
            signature(0, "GIF89a", "image/gif"),
            signature(0, "BM", "image/bmp"),
            signature(0, "II*\0", "image/tiff"),
            signature(0, "MM\0*", "image/tiff"),
            signature(0, "\u001aE\u00df\u00a3", "video/x-matroska"),
            signature(0, "FLV\u0001", "video/x-flv"),
            signature(0, "\0\0\u0001\u00ba", "video/mpeg"),
            signature(0, "\0\0\u0001\u00b3", "video/mpeg"),
            signature(0, "ID3", "audio/mpeg"),
            signature(0, "fLaC", "audio/flac"),
            signature(0, "#!AMR", "audio/amr"),
            signature(0, "%PDF-", "application/pdf"),
            signature(0, "PK\u0003\u0004", "application/zip"),
            signature(0, "PK\u0005\u0006", "application/zip"),
            signature(0, "7z\u00bc\u00af'\u001c", "application/x-7z-compressed"),
            signature(0, "Rar!\u001a\u0007", "application/vnd.rar"),
            signature(0, "\u001f\u008b\b", "application/gzip"),
            signature(0, "{\\rtf", "application/rtf"),
            signature(0, "\u00d0\u00cf\u0011\u00e0\u00a1\u00b1\u001a\u00e1", "application/x-ole-storage"));

    private FileSignatures() {}

    /** The text stands for bytes, one for each character. */
    private static Signature signature(int at, String bytes, String mimetype) {
        return new Signature(at, bytes.getBytes(StandardCharsets.ISO_8859_1), mimetype);
    }

    /**
     * The type of a file.
     *
     * @param head how it begins, up to {@link #HEAD_BYTES}
     * @return the type, or nothing if the beginning says nothing
     */
    static Optional<String> mimetype(byte[] head) {
        Optional<String> inContainer = riff(head).or(() -> isoMedia(head)).or(() -> ogg(head));
        if (inContainer.isPresent()) {
            return inContainer;
        }
        Optional<String> known = SIGNATURES.stream()
                .filter(signature -> signature.fits(head))
                .map(Signature::mimetype)
                .findFirst();
        if (known.filter("video/x-matroska"::equals).isPresent() && contains(head, "webm")) {
            return Optional.of("video/webm");
        }
        if (known.filter("application/zip"::equals).isPresent()) {
            return Optional.of(zipped(head));
        }
        return known.or(() -> mpegAudio(head));
    }

    private static Optional<String> riff(byte[] head) {
        if (!text(head, 0, 4).equals("RIFF")) {
            return Optional.empty();
        }
        return switch (text(head, 8, 4)) {
            case "WEBP" -> Optional.of("image/webp");
            case "WAVE" -> Optional.of("audio/wav");
            case "AVI " -> Optional.of("video/x-msvideo");
            default -> Optional.empty();
        };
    }

    private static Optional<String> isoMedia(byte[] head) {
        if (!text(head, 4, 4).equals("ftyp")) {
            return Optional.empty();
        }
        String brand = text(head, 8, 4);
        return Optional.of(
                switch (brand) {
                    case "M4A ", "M4B ", "M4P " -> "audio/mp4";
                    case "qt  " -> "video/quicktime";
                    case "heic", "heix", "mif1", "msf1", "heim", "heis" -> "image/heic";
                    case "avif", "avis" -> "image/avif";
                    default -> brand.startsWith("3g") ? "video/3gpp" : "video/mp4";
                });
    }

    private static Optional<String> ogg(byte[] head) {
        if (!text(head, 0, 4).equals("OggS")) {
            return Optional.empty();
        }
        if (contains(head, "OpusHead")) {
            return Optional.of("audio/ogg; codecs=opus");
        }
        return Optional.of(contains(head, "theora") ? "video/ogg" : "audio/ogg");
    }

    /** A frame of MPEG audio begins with eleven ones; AAC says layer 0 in the two bits that MPEG never leaves so. */
    private static Optional<String> mpegAudio(byte[] head) {
        if (head.length < 4 || (head[0] & 0xff) != 0xff || (head[1] & 0xe0) != 0xe0) {
            return Optional.empty();
        }
        boolean isLayer0 = (head[1] & 0x06) == 0;
        boolean isReserved = (head[2] & 0xf0) == 0xf0 || (head[1] & 0x18) == 0x08;
        if (isLayer0) {
            return (head[1] & 0xf0) == 0xf0 ? Optional.of("audio/aac") : Optional.empty();
        }
        return isReserved ? Optional.empty() : Optional.of("audio/mpeg");
    }

    /** The names of the first files of an archive tell the office formats apart. */
    private static String zipped(byte[] head) {
        if (contains(head, "word/")) {
            return "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
        }
        if (contains(head, "xl/")) {
            return "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
        }
        if (contains(head, "ppt/")) {
            return "application/vnd.openxmlformats-officedocument.presentationml.presentation";
        }
        for (String open : List.of(
                "application/epub+zip",
                "application/vnd.oasis.opendocument.text",
                "application/vnd.oasis.opendocument.spreadsheet",
                "application/vnd.oasis.opendocument.presentation")) {
            if (contains(head, "mimetype" + open)) {
                return open;
            }
        }
        return "application/zip";
    }

    private static String text(byte[] head, int at, int length) {
        return head.length < at + length ? "" : new String(head, at, length, StandardCharsets.ISO_8859_1);
    }

    private static boolean contains(byte[] head, String wanted) {
        return new String(head, StandardCharsets.ISO_8859_1).contains(wanted);
    }
}
