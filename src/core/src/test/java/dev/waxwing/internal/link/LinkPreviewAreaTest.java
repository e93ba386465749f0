package dev.waxwing.internal.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.waxwing.internal.threads.AccountThreads;
import dev.waxwing.internal.transport.page.LoopbackPages;
import dev.waxwing.model.content.LinkPreview;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Previews of pages on this machine, which only tests may read. */
final class LinkPreviewAreaTest {

    private static final String HTML = "text/html; charset=utf-8";

    private final AccountThreads threads = AccountThreads.create();
    private final LinkPreviewArea previews =
            new LinkPreviewArea(threads, LoopbackPages.reader(threads.loop(), threads.executor()), false);
    private final List<String> visits = new CopyOnWriteArrayList<>();
    private HttpServer site;

    @BeforeEach
    void start() throws IOException {
        site = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        site.start();
    }

    @AfterEach
    void stop() {
        site.stop(0);
        threads.close();
    }

    @Test
    void givenPageWithPicture_whenFetched_thenThePreviewHasWhatItSays() throws Exception {
        page(
                "/news",
                200,
                HTML,
                "<meta property=og:title content='The news'><meta property=og:image content=p.png>"
                        + "<meta name=description content='All of it'>");
        page("/p.png", 200, "image/png", picture());

        LinkPreview preview = fetch("look: " + url("/news?x=1") + ".").orElseThrow();

        assertThat(preview.url()).isEqualTo(url("/news?x=1"));
        assertThat(preview.title()).isEqualTo("The news");
        assertThat(preview.description()).isEqualTo("All of it");
        BufferedImage small =
                ImageIO.read(new ByteArrayInputStream(preview.jpegThumbnail().orElseThrow()));
        assertThat(small.getWidth()).isEqualTo(192);
        assertThat(visits).containsExactly("/news?x=1", "/p.png");
    }

    @Test
    void givenRedirects_whenFetched_thenThreeAreFollowed() throws Exception {
        redirect("/a", "/b");
        redirect("/b", url("/c"));
        redirect("/c", "d");
        page("/d", 200, HTML, "<title>There</title>");
        redirect("/loop", "/loop");

        assertThat(fetch(url("/a")).orElseThrow().title()).isEqualTo("There");
        assertThat(fetch(url("/loop"))).isEmpty();
        assertThat(visits).filteredOn("/loop"::equals).hasSize(4);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://10.0.0.1/",
                "http://169.254.169.254/latest/meta-data/",
                "http://[::ffff:10.0.0.1]/",
                "http://[fd00::1]/",
                "ftp://127.0.0.1/",
                "file:///etc/passwd",
                "http://user:secret@127.0.0.1/",
                "http://"
            })
    void givenRedirectToWhereItMayNot_whenFetched_thenNothingComesOfIt(String elsewhere) throws Exception {
        redirect("/a", elsewhere);

        assertThat(fetch(url("/a"))).isEmpty();
        assertThat(visits).containsExactly("/a");
    }

    @Test
    void givenReaderOfThePublic_whenThisMachineIsLinked_thenItIsNotVisited() throws Exception {
        LinkPreviewArea real = new LinkPreviewArea(threads, false);
        page("/", 200, HTML, "<title>Secret</title>");
        int port = site.getAddress().getPort();

        for (String host : List.of("127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "2130706433", "0.0.0.0")) {
            assertThat(real.fetch("http://" + host + ":" + port + "/").get(20, TimeUnit.SECONDS))
                    .isEmpty();
            assertThat(real.fetch("http://" + host + "/").get(20, TimeUnit.SECONDS))
                    .isEmpty();
        }
        assertThat(visits).isEmpty();
    }

    @Test
    void givenPictureOfAPrivateNetwork_whenFetched_thenThePreviewHasNone() throws Exception {
        page("/", 200, HTML, "<title>T</title><meta property=og:image content='http://10.0.0.1/x.png'>");

        assertThat(fetch(url("/")).orElseThrow().jpegThumbnail()).isEmpty();
    }

    @Test
    void givenNoPageOfHtml_whenFetched_thenThereIsNoPreview() throws Exception {
        page("/pdf", 200, "application/pdf", "<title>no</title>");
        page("/missing", 404, HTML, "<title>not found</title>");
        page("/untitled", 200, HTML, "<p>text</p>");

        assertThat(fetch(url("/pdf"))).isEmpty();
        assertThat(fetch(url("/missing"))).isEmpty();
        assertThat(fetch(url("/untitled"))).isEmpty();
        assertThat(fetch("http://127.0.0.1:1/")).isEmpty();
        assertThat(fetch("no link at all")).isEmpty();
    }

    @Test
    void givenPageWithoutEnd_whenFetched_thenItsBeginningIsEnough() throws Exception {
        CompletableFuture<Boolean> hungUp = new CompletableFuture<>();
        site.createContext("/endless", exchange -> {
            exchange.getResponseHeaders().set("Content-Type", HTML);
            exchange.sendResponseHeaders(200, 0);
            byte[] more = new byte[1 << 16];
            try (OutputStream out = exchange.getResponseBody()) {
                out.write("<title>Long</title>".getBytes(StandardCharsets.UTF_8));
                while (true) {
                    out.write(more);
                }
            } catch (IOException e) {
                hungUp.complete(true);
            }
        });

        assertThat(fetch(url("/endless")).orElseThrow().title()).isEqualTo("Long");
        assertThat(hungUp.get(20, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void givenPackedPage_whenFetched_thenItIsNotUnpacked() throws Exception {
        site.createContext("/gz", exchange -> {
            exchange.getResponseHeaders()
                    .putAll(Map.of("Content-Type", List.of(HTML), "Content-encoding", List.of("gzip")));
            exchange.sendResponseHeaders(200, 4);
            exchange.getResponseBody().write(new byte[4]);
            exchange.close();
        });

        assertThat(fetch(url("/gz"))).isEmpty();
    }

    @Test
    void givenSilentServer_whenTheCallIsCancelled_thenTheConnectionEnds() throws Exception {
        CompletableFuture<Boolean> reached = new CompletableFuture<>();
        CompletableFuture<Boolean> hungUp = new CompletableFuture<>();
        site.createContext("/silent", exchange -> {
            reached.complete(true);
            exchange.sendResponseHeaders(200, 0);
            try (OutputStream out = exchange.getResponseBody()) {
                while (true) {
                    out.write(new byte[1 << 16]);
                }
            } catch (IOException e) {
                hungUp.complete(true);
            }
        });

        CompletableFuture<Optional<LinkPreview>> fetching = previews.fetch(url("/silent"));
        reached.get(20, TimeUnit.SECONDS);
        fetching.cancel(false);

        assertThat(hungUp.get(20, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void givenProxy_whenFetched_thenTheCallSaysWhyNot() {
        assertThatThrownBy(() -> new LinkPreviewArea(threads, true).fetch("https://example.org"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("proxy");
    }

    private Optional<LinkPreview> fetch(String text) throws Exception {
        return previews.fetch(text).get(20, TimeUnit.SECONDS);
    }

    private String url(String path) {
        return "http://127.0.0.1:" + site.getAddress().getPort() + path;
    }

    private void redirect(String path, String to) {
        site.createContext(path, exchange -> {
            visits.add(exchange.getRequestURI().toString());
            exchange.getResponseHeaders().set("Location", to);
            exchange.sendResponseHeaders(302, -1);
            exchange.close();
        });
    }

    private void page(String path, int status, String type, String body) {
        page(path, status, type, body.getBytes(StandardCharsets.UTF_8));
    }

    private void page(String path, int status, String type, byte[] body) {
        site.createContext(path, exchange -> {
            visits.add(exchange.getRequestURI().toString());
            exchange.getResponseHeaders().set("Content-Type", type);
            exchange.sendResponseHeaders(status, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
    }

    private static byte[] picture() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ImageIO.write(new BufferedImage(600, 300, BufferedImage.TYPE_INT_RGB), "png", out);
        return out.toByteArray();
    }
}
