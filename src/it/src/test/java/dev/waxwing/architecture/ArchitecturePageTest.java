package dev.waxwing.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** {@code docs/architecture.md} and its picture against the code and the table of the layers. */
final class ArchitecturePageTest {

    private static final Path ROOT = Path.of("..", "..").toAbsolutePath().normalize();
    private static final Path DOCS = ROOT.resolve("docs");
    private static final Path LIBRARY = ROOT.resolve("src/core/src/main/java/dev/waxwing");

    private static final Pattern ARROW = Pattern.compile("\"([\\w.]+)\" -> \"([\\w.]+)\"");
    private static final Pattern TITLE = Pattern.compile("<title>([\\w.]+)(?:&#45;&gt;([\\w.]+))?</title>");
    private static final Pattern SOURCE_FILE = Pattern.compile("[\\w-]+\\.java");

    @Test
    void givenTheTableOfLayers_whenTheDrawingIsRead_thenItShowsTheRoomsThatExistAndWhatTheyMayUse() throws IOException {
        Set<String> arrows = find(ARROW, DOCS.resolve("architecture.dot"))
                .map(arrow -> arrow.group(1) + " -> " + arrow.group(2))
                .collect(Collectors.toCollection(TreeSet::new));
        Set<String> table = new TreeSet<>();
        Layers.rows().forEach((room, below) -> {
            if (exists(room)) {
                below.stream().filter(ArchitecturePageTest::exists).forEach(used -> table.add(room + " -> " + used));
            }
        });

        assertThat(arrows).isEqualTo(table);
    }

    @Test
    void givenTheDrawing_whenThePictureIsRead_thenItWasDrawnFromIt() throws IOException {
        Set<String> arrows = find(ARROW, DOCS.resolve("architecture.dot"))
                .map(arrow -> arrow.group(1) + " -> " + arrow.group(2))
                .collect(Collectors.toCollection(TreeSet::new));
        Set<String> drawn = find(TITLE, DOCS.resolve("architecture.svg"))
                .filter(title -> title.group(2) != null)
                .map(title -> title.group(1) + " -> " + title.group(2))
                .collect(Collectors.toCollection(TreeSet::new));

        assertThat(drawn).isEqualTo(arrows);
    }

    @Test
    void givenTheFilesThatThePageNames_whenLookedFor_thenAllAreInTheRepository() throws IOException {
        Set<String> named = find(SOURCE_FILE, DOCS.resolve("architecture.md"))
                .map(MatchResult::group)
                .collect(Collectors.toCollection(TreeSet::new));
        Set<String> present;
        try (Stream<Path> files = Files.walk(ROOT.resolve("src"))) {
            present = files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".java"))
                    .collect(Collectors.toSet());
        }

        assertThat(named).isNotEmpty().isSubsetOf(present);
    }

    /** The facade may use everything, which no picture needs to show; so may its own rows be left out. */
    private static boolean exists(String room) {
        return !room.isEmpty() && Files.isDirectory(LIBRARY.resolve(room.replace('.', '/')));
    }

    private static Stream<MatchResult> find(Pattern pattern, Path file) throws IOException {
        return pattern.matcher(Files.readString(file)).results().toList().stream();
    }
}
