package dev.waxwing.internal.binary;

import java.util.Arrays;
import java.util.List;

/** What stands inside a node. */
public sealed interface NodeContent {

    /** No content. */
    Empty EMPTY = new Empty();

    /** No content. */
    record Empty() implements NodeContent {}

    /**
     * Text that travels as a token or packed where that is possible.
     *
     * @param value the text
     */
    record Text(String value) implements NodeContent {}

    /**
     * Bytes. They are passed on between the layers and not copied, so whoever makes one must not change the array.
     *
     * @param value the bytes
     */
    record Bytes(byte[] value) implements NodeContent {

        @Override
        public boolean equals(Object other) {
            return other instanceof Bytes bytes && Arrays.equals(value, bytes.value);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(value);
        }

        @Override
        public String toString() {
            return "Bytes[" + value.length + "]";
        }
    }

    /**
     * Child nodes.
     *
     * @param nodes the children in order, possibly none
     */
    record Children(List<Node> nodes) implements NodeContent {

        /**
         * Copies the list.
         *
         * @param nodes the children in order
         */
        public Children {
            nodes = List.copyOf(nodes);
        }
    }
}
