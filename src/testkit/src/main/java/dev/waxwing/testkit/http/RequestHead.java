package dev.waxwing.testkit.http;

import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** Reads the head of a request. */
final class RequestHead {

    private RequestHead() {}

    static HttpQuery read(HttpRequest request, byte[] body) {
        QueryStringDecoder query = new QueryStringDecoder(request.uri());
        Map<String, String> headers = new HashMap<>();
        request.headers()
                .forEach(header -> headers.putIfAbsent(header.getKey().toLowerCase(Locale.ROOT), header.getValue()));
        return new HttpQuery(
                request.method().name(), pathOf(request.uri()), query.parameters(), Map.copyOf(headers), body);
    }

    /**
     * The decoded path. Clients append to a direct path with {@code &} as if it had a query already, so that ends it as
     * well.
     */
    static String pathOf(String uri) {
        int query = uri.indexOf('?');
        String rawPath = query < 0 ? uri : uri.substring(0, query);
        int ampersand = rawPath.indexOf('&');
        return QueryStringDecoder.decodeComponent(ampersand < 0 ? rawPath : rawPath.substring(0, ampersand));
    }
}
