package dev.waxwing.model.content;

import static java.util.Objects.requireNonNull;

import dev.waxwing.internal.arguments.Copies;
import dev.waxwing.proto.e2e.ListMessage;
import dev.waxwing.proto.e2e.Message;
import java.util.List;

/**
 * A list of a business to choose from; an answer is {@link ListReplyContent}. Only businesses send it, so this is only
 * read.
 *
 * @param title what stands above
 * @param description the text
 * @param buttonText what opens the list
 * @param footer the small print
 * @param sections the parts of the list, in their order
 */
public record ListContent(String title, String description, String buttonText, String footer, List<Section> sections)
        implements MessageContent {

    /**
     * Copies the list.
     *
     * @param title what stands above
     * @param description the text
     * @param buttonText what opens the list
     * @param footer the small print
     * @param sections the parts of the list, in their order
     */
    public ListContent {
        requireNonNull(title, "title");
        requireNonNull(description, "description");
        requireNonNull(buttonText, "buttonText");
        requireNonNull(footer, "footer");
        sections = Copies.list(sections, "sections");
    }

    static ListContent read(Message message) {
        ListMessage wire = message.getListMessage();
        return new ListContent(
                wire.getTitle(),
                wire.getDescription(),
                wire.getButtonText(),
                wire.getFooterText(),
                wire.getSectionsList().stream()
                        .map(section -> new Section(
                                section.getTitle(),
                                section.getRowsList().stream()
                                        .map(row -> new Row(row.getRowID(), row.getTitle(), row.getDescription()))
                                        .toList()))
                        .toList());
    }

    /** Shows the shape and never the content. */
    @Override
    public String toString() {
        return "List[" + sections.size() + " sections]";
    }

    /**
     * A part of the list.
     *
     * @param title what stands above it
     * @param rows what can be chosen, in its order
     */
    public record Section(String title, List<Row> rows) {

        /**
         * Copies the list.
         *
         * @param title what stands above it
         * @param rows what can be chosen
         */
        public Section {
            requireNonNull(title, "title");
            rows = Copies.list(rows, "rows");
        }

        /** Shows the shape and never the content. */
        @Override
        public String toString() {
            return "Section[" + rows.size() + " rows]";
        }
    }

    /**
     * What can be chosen.
     *
     * @param id what an answer names it by
     * @param title what it says
     * @param description more of what it says
     */
    public record Row(String id, String title, String description) {

        /**
         * Checks for null.
         *
         * @param id what an answer names it by
         * @param title what it says
         * @param description more of what it says
         */
        public Row {
            requireNonNull(id, "id");
            requireNonNull(title, "title");
            requireNonNull(description, "description");
        }

        /** Shows the id and never the content. */
        @Override
        public String toString() {
            return "Row[" + id + "]";
        }
    }
}
