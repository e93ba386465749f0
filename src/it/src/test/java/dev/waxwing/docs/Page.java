package dev.waxwing.docs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A page of Markdown in the repository.
 *
 * @param path where it is
 * @param lines its text outside of code blocks
 */
record Page(Path path, List<String> lines) {

    private static final Pattern LINK = Pattern.compile("]\\(([^)\\s]+)\\)");

    /** The root of the repository; tests run in the folder of their module. */
    static Path root() {
        return Path.of("..", "..").toAbsolutePath().normalize();
    }

    /** The README and all pages in {@code docs}. */
    static List<Page> all() {
        try (Stream<Path> docs = Files.walk(root().resolve("docs"))) {
            return Stream.concat(Stream.of(root().resolve("README.md")), docs)
                    .filter(path -> path.toString().endsWith(".md"))
                    .sorted()
                    .map(Page::read)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Page read(Path path) {
        try {
            List<String> prose = new ArrayList<>();
            boolean code = false;
            for (String line : Files.readAllLines(path)) {
                if (line.startsWith("```")) {
                    code = !code;
                } else if (!code) {
                    prose.add(line);
                }
            }
            return new Page(path, prose);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The links to places in the repository, as they are written. */
    List<String> links() {
        List<String> links = new ArrayList<>();
        for (String line : lines) {
            for (Matcher link = LINK.matcher(line); link.find(); ) {
                if (!link.group(1).contains("://")) {
                    links.add(link.group(1));
                }
            }
        }
        return links;
    }

    /** The names by which links may refer to the headings. */
    List<String> anchors() {
        return lines.stream()
                .filter(line -> line.startsWith("#"))
                .map(line -> line.replaceFirst("#+ ", "")
                        .toLowerCase(Locale.ROOT)
                        .replaceAll("[^\\p{L}\\p{N} _-]", "")
                        .replace(' ', '-'))
                .collect(Collectors.toList());
    }
}
