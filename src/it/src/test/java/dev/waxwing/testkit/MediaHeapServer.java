package dev.waxwing.testkit;

/** The server of {@link MediaHeapIT} in a process of its own; says {@code listening <port>}, and ends with its input. */
final class MediaHeapServer {

    private MediaHeapServer() {}

    public static void main(String[] args) throws Exception {
        try (LoopbackServer server = LoopbackServer.start()) {
            System.out.println("listening " + server.cleartextUri().getPort());
            while (System.in.read() >= 0) {
                // Whatever is said: only the end counts.
            }
        }
    }
}
