package dev.waxwing.internal.transport;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Speaks HTTP CONNECT and SOCKS5, demands credentials, and sends everything to one port whatever name was asked for.
 */
final class ForwardProxy implements AutoCloseable {

    private final ServerSocket listener;
    private final int targetPort;
    private final List<Socket> open = new CopyOnWriteArrayList<>();

    /** The names that clients asked for: none of them need exist. */
    final List<String> asked = new CopyOnWriteArrayList<>();

    /** False for one that admits the client and cannot reach the server. */
    volatile boolean reachesServer = true;

    private final String username;
    private final String password;

    ForwardProxy(int targetPort, String username, String password) throws IOException {
        this.targetPort = targetPort;
        this.username = username;
        this.password = password;
        this.listener = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        thread(() -> {
            while (!listener.isClosed()) {
                Socket client = listener.accept();
                open.add(client);
                thread(() -> serve(client));
            }
        });
    }

    int port() {
        return listener.getLocalPort();
    }

    private void serve(Socket client) throws IOException {
        DataInputStream in = new DataInputStream(client.getInputStream());
        int first = in.readUnsignedByte();
        boolean admitted = first == 5 ? socks(in, client.getOutputStream()) : http(in, client.getOutputStream());
        if (!admitted) {
            client.close();
            return;
        }
        Socket server = new Socket(InetAddress.getLoopbackAddress(), targetPort);
        open.add(server);
        thread(() -> pump(server.getInputStream(), client));
        pump(in, server);
    }

    private boolean http(DataInputStream in, OutputStream out) throws IOException {
        StringBuilder head = new StringBuilder("C");
        while (head.indexOf("\r\n\r\n") < 0) {
            head.append((char) in.readUnsignedByte());
        }
        asked.add(head.substring("CONNECT ".length(), head.indexOf(" HTTP")));
        String credentials = java.util.Base64.getEncoder()
                .encodeToString((username + ":" + password).getBytes(StandardCharsets.US_ASCII));
        boolean admitted = head.toString().toLowerCase(java.util.Locale.ROOT).contains("proxy-authorization: basic ")
                && head.indexOf(credentials) > 0;
        String status = !admitted ? "407 Proxy Authentication Required" : reachesServer ? "200 OK" : "502 Bad Gateway";
        out.write(("HTTP/1.1 " + status + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
        return admitted && reachesServer;
    }

    private boolean socks(DataInputStream in, OutputStream out) throws IOException {
        in.readFully(new byte[in.readUnsignedByte()]);
        out.write(new byte[] {5, 2});
        in.readUnsignedByte();
        String user = text(in);
        boolean admitted = user.equals(username) && text(in).equals(password);
        out.write(new byte[] {1, (byte) (admitted ? 0 : 1)});
        if (!admitted) {
            return false;
        }
        in.readFully(new byte[3]);
        int kind = in.readUnsignedByte();
        String host = kind == 3 ? text(in) : "address";
        if (kind != 3) {
            in.readFully(new byte[kind == 1 ? 4 : 16]);
        }
        asked.add(host + ":" + in.readUnsignedShort());
        out.write(new byte[] {5, (byte) (reachesServer ? 0 : 4), 0, 1, 0, 0, 0, 0, 0, 0});
        return reachesServer;
    }

    private static String text(DataInputStream in) throws IOException {
        byte[] bytes = new byte[in.readUnsignedByte()];
        in.readFully(bytes);
        return new String(bytes, StandardCharsets.US_ASCII);
    }

    private static void pump(InputStream in, Socket to) throws IOException {
        byte[] buffer = new byte[8192];
        for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
            to.getOutputStream().write(buffer, 0, read);
        }
        to.close();
    }

    private interface Body {
        void run() throws IOException;
    }

    private static void thread(Body body) {
        Thread thread = new Thread(() -> {
            try {
                body.run();
            } catch (IOException ignored) {
                // One side is gone: the tunnel ends.
            }
        });
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() {
        try {
            listener.close();
            for (Socket socket : open) {
                socket.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
