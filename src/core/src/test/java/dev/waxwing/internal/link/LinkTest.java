package dev.waxwing.internal.link;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Links in texts. */
final class LinkTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "see https://example.org/a?b=c#d now|https://example.org/a?b=c#d",
                "(https://example.org/a).|https://example.org/a",
                "https://en.example.org/wiki/Ant_(insect)!|https://en.example.org/wiki/Ant_(insect)",
                "HTTP://EXAMPLE.ORG/|HTTP://EXAMPLE.ORG/",
                "https:// https://two.example.org|https://two.example.org",
                "https://a b https://%%% https://three.example.org, x|https://a",
            })
    void givenTextWithLink_whenLookedFor_thenItIsFoundAsItStands(String text, String link) {
        assertThat(Link.first(text))
                .hasValueSatisfying(found -> assertThat(found.matched()).isEqualTo(link));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "no link", "ftp://example.org", "https://", "https://?", "http:/example.org", "https"})
    void givenTextWithoutLink_whenLookedFor_thenThereIsNone(String text) {
        assertThat(Link.first(text)).isEmpty();
    }

    @Test
    void givenVeryLongText_whenLookedFor_thenTheLinkIsCutAndNothingIsThrown() {
        assertThat(Link.first("https://" + "a".repeat(1_000_000)))
                .hasValueSatisfying(found -> assertThat(found.matched()).hasSizeLessThan(2_100));
        assertThat(Link.first("https://)".repeat(100_000))).isEmpty();
    }
}
