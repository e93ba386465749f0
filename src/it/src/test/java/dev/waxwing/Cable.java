package dev.waxwing;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;

/** A port that leads to another one while it is plugged in, and refuses connections while it is not. */
final class Cable implements AutoCloseable {

    private final int to;
    private final int port;
    private final List<Thread> threads = new ArrayList<>();
    private final List<Socket> ends = new ArrayList<>();
    private ServerSocket entrance;

    Cable(int to) {
        this.to = to;
        entrance = listen(0);
        port = entrance.getLocalPort();
        start(entrance);
    }

    int port() {
        return port;
    }

    synchronized void unplug() throws IOException {
        entrance.close();
        for (Socket end : ends) {
            end.close();
        }
        ends.clear();
    }

    synchronized void plug() {
        entrance = listen(port);
        start(entrance);
    }

    @Override
    public void close() throws IOException {
        unplug();
        List<Thread> running;
        synchronized (this) {
            running = List.copyOf(threads);
        }
        try {
            for (Thread thread : running) {
                thread.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static ServerSocket listen(int port) {
        try {
            ServerSocket socket = new ServerSocket();
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return socket;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void start(ServerSocket listening) {
        run(() -> {
            while (true) {
                Socket near = listening.accept();
                Socket far = new Socket(InetAddress.getLoopbackAddress(), to);
                synchronized (this) {
                    if (listening.isClosed()) {
                        near.close();
                        far.close();
                        return;
                    }
                    ends.add(near);
                    ends.add(far);
                }
                run(() -> copy(near, far));
                run(() -> copy(far, near));
            }
        });
    }

    private static void copy(Socket from, Socket into) throws IOException {
        try (from;
                into) {
            InputStream in = from.getInputStream();
            OutputStream out = into.getOutputStream();
            in.transferTo(out);
        }
    }

    private interface Work {
        void run() throws IOException;
    }

    private synchronized void run(Work work) {
        Thread thread = new Thread(
                () -> {
                    try {
                        work.run();
                    } catch (IOException e) {
                        // Unplugged: that is what this is for.
                    }
                },
                "cable");
        threads.add(thread);
        thread.start();
    }
}
