package dev.waxwing.bench;

import dev.waxwing.internal.binary.Node;
import dev.waxwing.internal.binary.NodeDecoder;
import dev.waxwing.internal.binary.NodeEncoder;
import dev.waxwing.model.Jid;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Encoding and decoding of three stanzas of daily life. Run with {@code mvn exec:exec -Dexec.classpathScope=test
 * -Dexec.executable=java -Dexec.args="-cp %classpath org.openjdk.jmh.Main NodeCodec -prof gc"}.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class NodeCodecBenchmark {

    /** Which stanza: a small iq, a receipt, or a message to 20 devices. */
    @Param({"IQ", "RECEIPT", "MESSAGE_20"})
    public Stanza stanza;

    private Node node;
    private ByteBuf frame;
    private ByteBuf compressed;
    private ByteBuf out;

    /** The stanzas to choose from. */
    public enum Stanza {
        /** The keep-alive. */
        IQ,
        /** A read receipt for three messages. */
        RECEIPT,
        /** A message encrypted for 20 devices, about 160 bytes for each. */
        MESSAGE_20
    }

    /** Builds the node and its frames, and a heap buffer as the pipeline has it. */
    @Setup
    public void setUp() {
        node = switch (stanza) {
            case IQ -> iq();
            case RECEIPT -> receipt();
            case MESSAGE_20 -> message();
        };
        frame = PooledByteBufAllocator.DEFAULT.heapBuffer();
        NodeEncoder.encode(node, frame);
        compressed = PooledByteBufAllocator.DEFAULT.heapBuffer();
        NodeEncoder.encodeCompressed(node, compressed);
        out = PooledByteBufAllocator.DEFAULT.heapBuffer(frame.readableBytes());
    }

    /** Gives the buffers back. */
    @TearDown
    public void tearDown() {
        frame.release();
        compressed.release();
        out.release();
    }

    /**
     * Node to bytes.
     *
     * @return the buffer
     */
    @Benchmark
    public ByteBuf encode() {
        NodeEncoder.encode(node, out.clear());
        return out;
    }

    /**
     * Bytes to node.
     *
     * @return the node
     */
    @Benchmark
    public Node decode() {
        return NodeDecoder.decode(frame);
    }

    /**
     * Compressed bytes to node, as the server sends its larger frames.
     *
     * @return the node
     */
    @Benchmark
    public Node decodeCompressed() {
        return NodeDecoder.decode(compressed);
    }

    private static Node iq() {
        return Node.builder("iq")
                .attr("id", "27215.44910-3")
                .attr("to", Jid.SERVER)
                .attr("type", "get")
                .attr("xmlns", "w:p")
                .child(Node.builder("ping").build())
                .build();
    }

    private static Node receipt() {
        return Node.builder("receipt")
                .attr("id", "3EB0C767D82B6C8F1D2E")
                .attr("to", Jid.group("120363041234567890"))
                .attr("participant", Jid.lid("236395184570386").withDevice(7))
                .attr("type", "read")
                .attr("t", 1735689600L)
                .child(Node.builder("list")
                        .child(Node.builder("item")
                                .attr("id", "3EB0C767D82B6C8F1D2F")
                                .build())
                        .child(Node.builder("item")
                                .attr("id", "3EB0C767D82B6C8F1D30")
                                .build())
                        .build())
                .build();
    }

    private static Node message() {
        Random random = new Random(42);
        Node.Builder participants = Node.builder("participants");
        for (int device = 1; device <= 20; device++) {
            byte[] ciphertext = new byte[160];
            random.nextBytes(ciphertext);
            participants.child(Node.builder("to")
                    .attr("jid", Jid.lid("2363951845703" + (10 + device)).withDevice(device))
                    .child(Node.builder("enc")
                            .attr("v", "2")
                            .attr("type", "msg")
                            .bytes(ciphertext)
                            .build())
                    .build());
        }
        return Node.builder("message")
                .attr("id", "3EB0C767D82B6C8F1D2E")
                .attr("to", Jid.phone("15557654321"))
                .attr("type", "text")
                .child(participants.build())
                .child(Node.builder("device-identity").bytes(new byte[180]).build())
                .build();
    }
}
