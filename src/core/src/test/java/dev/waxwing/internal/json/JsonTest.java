package dev.waxwing.internal.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.waxwing.error.ProtocolViolationException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The little JSON that is read. */
final class JsonTest {

    @Test
    void givenAnObject_whenRead_thenItsValuesAreThere() {
        Map<String, Object> read = Json.object(
                " {\"data\" : {\"a\":true,\"b\":-1.5e3,\"c\":\"x\\u0041\\n\",\"d\":null,\"e\":[]},\"f\":[1,{\"g\":\"h\"},{}]} ");

        Map<String, Object> data = Json.child(read, "data").orElseThrow();
        assertThat(Json.plain(data, "a")).contains("true");
        assertThat(Json.plain(data, "b")).contains("-1.5e3");
        assertThat(Json.plain(data, "c")).contains("xA\n");
        assertThat(data).doesNotContainKeys("d", "e");
        assertThat(Json.child(read, "f").flatMap(first -> Json.plain(first, "g")))
                .contains("h");
        assertThat(Json.child(read, "nobody")).isEmpty();
        assertThat(Json.plain(read, "data")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "1",
                "[]",
                "{",
                "{\"a\"}",
                "{\"a\":}",
                "{\"a\":1",
                "{\"a\":1}x",
                "{\"a\":\"\\u00g0\"}",
                "{a:1}"
            })
    void givenSomethingElse_whenRead_thenItIsRefused(String text) {
        assertThatExceptionOfType(ProtocolViolationException.class).isThrownBy(() -> Json.object(text));
    }

    @Test
    void givenTextTooLongOrTooDeep_whenRead_thenItIsRefused() {
        String deep = "{\"a\":".repeat(1_000) + "1" + "}".repeat(1_000);
        String large = "{\"a\":\"" + "x".repeat(70_000) + "\"}";

        assertThatExceptionOfType(ProtocolViolationException.class).isThrownBy(() -> Json.object(deep));
        assertThatExceptionOfType(ProtocolViolationException.class).isThrownBy(() -> Json.object(large));
    }
}
