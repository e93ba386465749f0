package dev.waxwing.internal.link;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What pages say of themselves, and what they should not say. */
final class PageHeadTest {

    @Test
    void givenOpenGraph_whenRead_thenItGoesBeforePlainHtml() {
        PageHead head = read("<html><head><title>Plain</title>"
                + "<meta name=description content='plain description'>"
                + "<META PROPERTY=\"og:title\" CONTENT=\"Tea &amp; cake &#x2014; &quot;news&quot;\"/>"
                + "<meta content=\"A > B\n  and C\" property='og:description'>"
                + "<meta property=og:image content=/pic.jpg></head><body>");

        assertThat(head).isEqualTo(new PageHead("Tea & cake \u2014 \"news\"", "A > B and C", "/pic.jpg"));
    }

    @Test
    void givenPlainHtml_whenRead_thenTitleAndDescriptionAreTaken() {
        PageHead head = read("<title>\n A title </title><meta name=\"Description\" content=\"says so\">");

        assertThat(head).isEqualTo(new PageHead("A title", "says so", ""));
    }

    @Test
    void givenTagsInTheBody_whenRead_thenTheyDoNotCount() {
        assertThat(read("<body><title>late</title><meta property=og:title content=late>"))
                .isEqualTo(new PageHead("", "", ""));
    }

    @Test
    void givenOtherCharset_whenRead_thenItIsHeeded() {
        byte[] latin = "<title>Caf\u00e9</title>".getBytes(StandardCharsets.ISO_8859_1);
        byte[] kana =
                "<meta charset=\"shift_jis\"><title>\u30c6\u30b9\u30c8</title>".getBytes(Charset.forName("shift_jis"));

        assertThat(PageHead.read(latin, "text/html; charset=ISO-8859-1").title())
                .isEqualTo("Caf\u00e9");
        assertThat(PageHead.read(kana, "text/html").title()).isEqualTo("\u30c6\u30b9\u30c8");
        assertThat(PageHead.read(latin, "text/html; charset=nonsense-9").title())
                .startsWith("Caf");
    }

    @Test
    void givenEndlessTitle_whenRead_thenItIsCut() {
        assertThat(read("<title>" + "x".repeat(100_000) + "</title>").title()).hasSize(1_000);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "<",
                "<meta",
                "<meta property=",
                "<meta property=\"og:title content=x>",
                "<title>",
                "<title>&#xffffff;&#0;&#xd800;</title>",
                "<meta = = = >",
                "<<<<>>>>",
                "<meta property=og:title content=>",
            })
    void givenBrokenHtml_whenRead_thenNothingIsThrownAndNothingFound(String html) {
        assertThat(read(html).title()).isEmpty();
    }

    private static PageHead read(String html) {
        return PageHead.read(html.getBytes(StandardCharsets.UTF_8), "text/html; charset=utf-8");
    }
}
