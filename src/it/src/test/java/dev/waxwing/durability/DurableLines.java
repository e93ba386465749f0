package dev.waxwing.durability;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * A file of lines that outlives the process that appends to it: a line is with the system when {@link #append} returns.
 */
final class DurableLines implements AutoCloseable {

    /** Tells a whole line from one that a kill cut short. */
    private static final String END = ".";

    private final FileChannel file;

    private DurableLines(FileChannel file) {
        this.file = file;
    }

    /** Opens a file to append, which is made if it is not there. What an earlier kill cut short counts for nothing. */
    static DurableLines open(Path path) throws IOException {
        FileChannel file = FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        DurableLines lines = new DurableLines(file);
        String text = Files.readString(path, US_ASCII);
        if (!text.isEmpty() && !text.endsWith("\n")) {
            lines.write("\n");
        }
        return lines;
    }

    /** Whole lines of a file, in order; none if there is no file. */
    static List<String> read(Path path) throws IOException {
        if (!Files.exists(path)) {
            return List.of();
        }
        return Files.readAllLines(path, US_ASCII).stream()
                .filter(line -> line.endsWith(END))
                .map(line -> line.substring(0, line.length() - END.length()))
                .toList();
    }

    void append(String line) {
        write(line + END + "\n");
    }

    private synchronized void write(String text) {
        ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(US_ASCII));
        try {
            while (bytes.hasRemaining()) {
                file.write(bytes);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
