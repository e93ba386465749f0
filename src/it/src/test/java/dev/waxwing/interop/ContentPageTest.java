package dev.waxwing.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waxwing.interop.ContentTable.Row;
import dev.waxwing.model.MediaKind;
import dev.waxwing.model.content.AudioContent;
import dev.waxwing.model.content.DocumentContent;
import dev.waxwing.model.content.GroupInviteContent;
import dev.waxwing.model.content.ImageContent;
import dev.waxwing.model.content.MessageContent;
import dev.waxwing.model.content.StickerContent;
import dev.waxwing.model.content.UnknownContent;
import dev.waxwing.model.content.VideoContent;
import java.io.IOException;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** {@code docs/content.md} says what the table says, and its samples are those that run. */
final class ContentPageTest {

    private static final Path PAGE = Path.of("..", "..", "docs", "content.md");
    private static final Path SAMPLES = Path.of("src", "test", "java", "dev", "waxwing", "ContentGuideTest.java");

    @Test
    void givenTheTable_whenThePageIsRead_thenItHasTheSameRows() throws IOException {
        List<String> expected = Stream.concat(
                        ContentTable.rows().stream().map(ContentPageTest::line),
                        Arrays.stream(MediaKind.values()).map(ContentPageTest::line))
                .toList();
        System.out.println(String.join("\n", expected));

        List<String> rows = Files.readAllLines(PAGE).stream()
                .filter(line -> line.startsWith("| ") && line.contains("Content` |"))
                .toList();

        assertThat(rows).containsExactlyElementsOf(expected);
    }

    private static String line(Row row) {
        String kind = row.kind().getSimpleName();
        String out = row.sent() == null ? "Waxwing does not send it" : "yes";
        String in = row.baileys() == null
                ? "Baileys does not send it"
                : row.kind() == GroupInviteContent.class ? "not tried" : "yes";
        return "| " + row.name() + " | `" + kind + "` | " + out + " | " + in + " |";
    }

    /** {@link MediaWithBaileysIT} sends every kind of file both ways. */
    private static String line(MediaKind kind) {
        String name = kind.name().toLowerCase(Locale.ROOT).replace('_', ' ');
        return "| " + name + " | `" + kindOfFile(kind).getSimpleName() + "` | yes | yes |";
    }

    private static Class<? extends MessageContent> kindOfFile(MediaKind kind) {
        return switch (kind) {
            case IMAGE -> ImageContent.class;
            case VIDEO, GIF, VIDEO_NOTE -> VideoContent.class;
            case AUDIO, VOICE_NOTE -> AudioContent.class;
            case DOCUMENT -> DocumentContent.class;
            case STICKER -> StickerContent.class;
        };
    }

    @Test
    void givenTheKinds_whenTheTableIsRead_thenEachHasARow() {
        Set<Class<?>> inTable = Stream.concat(
                        ContentTable.rows().stream().map(Row::kind),
                        Arrays.stream(MediaKind.values()).map(ContentPageTest::kindOfFile))
                .collect(Collectors.toSet());

        assertThat(Arrays.stream(MessageContent.class.getPermittedSubclasses())
                        .filter(kind -> Modifier.isPublic(kind.getModifiers())
                                && !kind.isInterface()
                                && kind != UnknownContent.class))
                .isNotEmpty()
                .allMatch(inTable::contains);
    }

    @Test
    void givenTheSamplesOfThePage_whenComparedWithThoseThatRun_thenEachLineIsThere() throws IOException {
        String runs = withoutSpace(Files.readString(SAMPLES));

        List<String> samples = samples();

        assertThat(samples).hasSizeGreaterThan(20);
        assertThat(samples).allMatch(line -> runs.contains(withoutSpace(line)));
    }

    private static List<String> samples() throws IOException {
        String[] parts = Files.readString(PAGE).split("```(java)?\n");
        return IntStream.range(0, parts.length)
                .filter(i -> i % 2 == 1)
                .mapToObj(i -> parts[i].lines())
                .flatMap(lines -> lines)
                .map(line -> line.replaceFirst("\\s*//.*", ""))
                .filter(line -> !line.isBlank())
                .toList();
    }

    private static String withoutSpace(String text) {
        return text.replaceAll("\\s+", "");
    }
}
