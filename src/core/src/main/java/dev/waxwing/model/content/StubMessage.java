package dev.waxwing.model.content;

import static java.util.Objects.requireNonNull;

import dev.waxwing.internal.arguments.Copies;
import dev.waxwing.proto.web.WebMessageInfo.StubType;
import java.util.List;

/**
 * What a message tells that no person wrote: somebody joined a group, its name changed, and the like. A chat shows it
 * in its middle.
 *
 * @param type what happened: {@code messageStubType}
 * @param parameters to whom or to what, as each type has it, for example the addresses of those who joined:
 *     {@code messageStubParameters}
 */
public record StubMessage(StubType type, List<String> parameters) {

    /**
     * Copies the list.
     *
     * @param type what happened
     * @param parameters to whom or to what
     */
    public StubMessage {
        requireNonNull(type, "type");
        parameters = Copies.list(parameters, "parameters");
    }

    /** Shows the type, and nothing that people wrote. */
    @Override
    public String toString() {
        return "StubMessage[" + type + ", " + parameters.size() + " parameters]";
    }
}
