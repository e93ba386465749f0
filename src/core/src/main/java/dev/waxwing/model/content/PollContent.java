package dev.waxwing.model.content;

import static java.util.Objects.requireNonNull;

import dev.waxwing.proto.e2e.FutureProofMessage;
import dev.waxwing.proto.e2e.Message;
import dev.waxwing.proto.e2e.PollCreationMessage;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A question with options to vote on. Make one by {@link Content#poll(String, String...)}. Votes come as messages of their own. */
public final class PollContent extends Content implements MessageContent {

    /** The versions of the wire format by which a poll may be sent; see {@link #withVersion}. */
    private static final Set<Integer> VERSIONS = Set.of(1, 2, 3, 4, 5, 6);

    private static final int ANNOUNCEMENT = 2;
    private static final int WRAPPED = 4;

    private final PollCreationMessage wire;

    /** 0 if it follows from the poll. */
    private final int version;

    private PollContent(PollCreationMessage wire, int version, MessageContext context) {
        super(context);
        this.version = version;
        this.wire = requireNonNull(wire, "wire");
    }

    static PollContent of(String question, List<String> options) {
        PollCreationMessage.Builder wire = PollCreationMessage.newBuilder()
                .setName(ContentLimits.notEmpty(question, "question"))
                .setSelectableOptionsCount(0);
        List<String> copy = ContentLimits.items(options, "options");
        if (Set.copyOf(copy).size() != copy.size()) {
            // A vote names an option by its hash alone.
            throw new IllegalArgumentException("options must differ from each other");
        }
        copy.forEach(option -> wire.addOptions(
                PollCreationMessage.Option.newBuilder().setOptionName(ContentLimits.notEmpty(option, "options"))));
        return new PollContent(wire.build(), 0, MessageContext.NONE);
    }

    static PollContent read(int version, PollCreationMessage wire) {
        return new PollContent(wire.toBuilder().clearContextInfo().build(), version, MessageContext.NONE);
    }

    /**
     * What is asked.
     *
     * @return the question
     */
    public String question() {
        return wire.getName();
    }

    /**
     * What can be voted for.
     *
     * @return the options in their order, unmodifiable
     */
    public List<String> options() {
        return wire.getOptionsList().stream()
                .map(PollCreationMessage.Option::getOptionName)
                .toList();
    }

    /**
     * How many options one person may vote for.
     *
     * @return the number, 0 for any
     */
    public int selectable() {
        return wire.getSelectableOptionsCount();
    }

    /**
     * By which version of the wire format the poll is sent or came: 1 for several answers, 2 in the announcement group
     * of a community, 3 for one answer, 4 to 6 for what newer clients add.
     *
     * @return the version
     */
    public int version() {
        if (version != 0) {
            return version;
        }
        return selectable() == 1 ? 3 : 1;
    }

    /**
     * The same with a bound for how many options one person may vote for.
     *
     * @param selectable 0 for any, or 1 to the number of options
     * @return a new content
     * @throws IllegalArgumentException if there are not so many options
     */
    public PollContent withSelectable(int selectable) {
        if (selectable < 0 || selectable > wire.getOptionsCount()) {
            throw new IllegalArgumentException(
                    "selectable must be 0 to " + wire.getOptionsCount() + " but was " + selectable);
        }
        return new PollContent(
                wire.toBuilder().setSelectableOptionsCount(selectable).build(), version, context());
    }

    /**
     * The same, for the announcement group of a community.
     *
     * @return a new content
     */
    public PollContent inAnnouncementGroup() {
        return withVersion(ANNOUNCEMENT);
    }

    /**
     * The same by a certain version of the wire format; by itself it is 1 or 3.
     *
     * @param version 1 to 6
     * @return a new content
     * @throws IllegalArgumentException if there is no such version
     */
    public PollContent withVersion(int version) {
        if (!VERSIONS.contains(version)) {
            throw new IllegalArgumentException("version must be 1 to 6 but was " + version);
        }
        return new PollContent(wire, version, context());
    }

    /**
     * Whether those who vote may add options.
     *
     * @return true if so
     */
    public boolean isOpenToNewOptions() {
        return wire.getAllowAddOption();
    }

    /**
     * Whether it is not shown who voted for what.
     *
     * @return true if so
     */
    public boolean areVotersHidden() {
        return wire.getHideParticipantName();
    }

    /**
     * In a quiz, the option that is right.
     *
     * @return the option, empty if this is no quiz
     */
    public Optional<String> correctAnswer() {
        return wire.hasCorrectAnswer() ? Optional.of(wire.getCorrectAnswer().getOptionName()) : Optional.empty();
    }

    @Override
    Message.Builder wire(Instant now) {
        Message.Builder message = Message.newBuilder();
        return switch (version()) {
            case 2 -> message.setPollCreationMessageV2(wire);
            case 3 -> message.setPollCreationMessageV3(wire);
            case WRAPPED ->
                message.setPollCreationMessageV4(FutureProofMessage.newBuilder()
                        .setMessage(Message.newBuilder().setPollCreationMessageV3(wire)));
            case 5 -> message.setPollCreationMessageV5(wire);
            case 6 -> message.setPollCreationMessageV6(wire);
            default -> message.setPollCreationMessage(wire);
        };
    }

    @Override
    Content with(MessageContext context) {
        return new PollContent(wire, version, context);
    }

    @Override
    Object value() {
        return List.of(wire, version());
    }

    /** Shows the kind and never the content. */
    @Override
    public String toString() {
        return "Poll[" + wire.getOptionsCount() + " options]";
    }
}
