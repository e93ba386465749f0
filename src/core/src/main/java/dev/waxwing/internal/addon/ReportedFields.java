package dev.waxwing.internal.addon;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which parts of a field count for a {@link ReportingToken}. The list is the service's; written here as peers have it:
 * {@code 3{2,17C}} are the field 2 of field 3 and, of its field 17, those of a context; {@code M} stands for a message.
 */
final class ReportedFields {

    /** Those of a message. */
    static final Map<Integer, ReportedFields> MESSAGE = new LinkedHashMap<>();

    private static final Map<Integer, ReportedFields> CONTEXT = new LinkedHashMap<>();

    private static final ReportedFields WHOLE = new ReportedFields(null);

    static {
        new Reader("21,22").into(CONTEXT);
        new Reader("1,3{2,3,8,11,17C,25},4{1,16,17C},5{3,4,5,16,17C},6{1,17C,30},7{2,7,10,17C,20},8{2,7,9,17C,21},"
                        + "9{2,6,7,13,17C,20},12{1,2,14M,15},18{6,16,17C},26{4,5,8,13,17C},28{1,2,4,5,6,7C},37{1M},"
                        + "49{2,3{1,2},5C,8{1,2}},53{1M},55{1M},58{1M},59{1M},60{2,3{1,2},5C,8{1,2}},"
                        + "64{2,3{1,2},5C,8{1,2}},66{2,6,7,13,17C,20},74{1M},87{1M},88{1,2{1},3C},92{1M},93{1M},94{1M}")
                .into(MESSAGE);
    }

    private final @Nullable Map<Integer, ReportedFields> inner;

    private ReportedFields(@Nullable Map<Integer, ReportedFields> inner) {
        this.inner = inner;
    }

    /** Whether all of it counts. */
    boolean isWhole() {
        return inner == null;
    }

    /** The parts that count, none if all of it does. */
    Map<Integer, ReportedFields> inner() {
        return inner == null ? Map.of() : inner;
    }

    /** Reads the list above. */
    private static final class Reader {
        private final String text;
        private int at;

        Reader(String text) {
            this.text = text;
        }

        void into(Map<Integer, ReportedFields> fields) {
            while (at < text.length() && text.charAt(at) != '}') {
                int start = at;
                while (at < text.length() && Character.isDigit(text.charAt(at))) {
                    at++;
                }
                int number = Integer.parseInt(text, start, at, 10);
                fields.put(number, parts());
                if (at < text.length() && text.charAt(at) == ',') {
                    at++;
                }
            }
        }

        private ReportedFields parts() {
            char next = at < text.length() ? text.charAt(at) : ',';
            if (next == 'C' || next == 'M') {
                at++;
                return new ReportedFields(next == 'C' ? CONTEXT : MESSAGE);
            }
            if (next == '{') {
                at++;
                Map<Integer, ReportedFields> inner = new LinkedHashMap<>();
                into(inner);
                at++;
                return new ReportedFields(inner);
            }
            return WHOLE;
        }
    }
}
