package dev.waxwing.internal.rows;

/** Numbers within keys of rows: with leading zeros, so that keys are in the order of the numbers. */
public final class RowNumber {

    private RowNumber() {}

    /**
     * Writes a number so that rows sort by it.
     *
     * @param number 0 or more, of at most so many digits
     * @param digits how many digits the text has
     * @return the number with leading zeros
     */
    public static String of(long number, int digits) {
        String text = Long.toString(number);
        return "0".repeat(digits - text.length()) + text;
    }
}
