package dev.waxwing.scale;

import dev.waxwing.Socket;
import dev.waxwing.SocketConfig;
import dev.waxwing.store.MemoryStore;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** The process of {@link PingFloodIT}: connects, and says how much heap is in use whenever it is asked. */
final class PingFloodClient {

    private PingFloodClient() {}

    public static void main(String[] args) throws Exception {
        SocketConfig config = SocketConfig.builder()
                .store(MemoryStore.create())
                .connection(connection -> connection.uri(URI.create(args[0])).connectTimeout(Duration.ofHours(1)))
                .build();
        try (Socket socket = Socket.connect(config)) {
            System.out.println("started " + socket.state());
            BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
            for (String command = commands.readLine(); command != null; command = commands.readLine()) {
                System.out.println("heap " + usedHeap());
                System.out.flush();
            }
        }
    }

    private static long usedHeap() {
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }
}
