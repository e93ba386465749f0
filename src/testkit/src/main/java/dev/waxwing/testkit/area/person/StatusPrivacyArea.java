package dev.waxwing.testkit.area.person;

import dev.waxwing.internal.binary.Node;
import dev.waxwing.model.Jid;
import dev.waxwing.testkit.server.IqExchange;
import dev.waxwing.testkit.server.IqRefusal;
import dev.waxwing.testkit.server.Registrations;
import dev.waxwing.testkit.server.ServerArea;
import dev.waxwing.testkit.server.World;
import dev.waxwing.testkit.state.Account;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Whom each account lets see its status, as clients ask for it. The owner chooses it on the phone. */
public final class StatusPrivacyArea implements ServerArea {

    private static final int NOT_FOUND = 404;
    private static final List<String> TYPES = List.of("contacts", "whitelist", "blacklist");

    private record Choice(String type, List<Jid> people) {}

    private final Map<Account, Choice> choices = new HashMap<>();

    /** Creates the area; nobody has chosen anything. */
    public StatusPrivacyArea() {}

    @Override
    public void register(Registrations on, World world) {
        on.iq("status", "get", "privacy", this::privacy);
    }

    /**
     * Chooses for an account. The world's thread.
     *
     * @param account whose status it is
     * @param type {@code contacts}, {@code whitelist} or {@code blacklist}
     * @param people the list
     * @throws IllegalArgumentException if there is no such type
     */
    public void choose(Account account, String type, List<Jid> people) {
        if (!TYPES.contains(type)) {
            throw new IllegalArgumentException("type must be one of " + TYPES + " but was " + type);
        }
        choices.put(account, new Choice(type, List.copyOf(people)));
    }

    private void privacy(IqExchange iq) {
        Choice choice = choices.get(iq.device().account());
        if (choice == null) {
            throw new IqRefusal(NOT_FOUND, "item-not-found");
        }
        Node.Builder privacy = Node.builder("privacy");
        for (String type : TYPES) {
            boolean holds = type.equals(choice.type());
            privacy.child(Node.builder("list")
                    .attr("type", type)
                    .attrIfPresent("default", holds ? "true" : null)
                    .children(
                            holds
                                    ? choice.people().stream()
                                            .map(person -> Node.builder("user")
                                                    .attr("jid", person)
                                                    .build())
                                            .toList()
                                    : List.of())
                    .build());
        }
        iq.reply(privacy.build());
    }
}
