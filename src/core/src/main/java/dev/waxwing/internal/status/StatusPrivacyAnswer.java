package dev.waxwing.internal.status;

import dev.waxwing.error.ProtocolViolationException;
import dev.waxwing.internal.binary.Node;
import dev.waxwing.model.Jid;
import dev.waxwing.model.StatusSetting;
import dev.waxwing.status.StatusPrivacy;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The server's answer to whom the account lets see its status; shape as peer whatsmeow reads it. */
final class StatusPrivacyAnswer {

    /** What holds if the owner chose nothing. */
    static final StatusPrivacy DEFAULT = new StatusPrivacy(StatusSetting.CONTACTS, List.of());

    private static final int MOST_PEOPLE = 10_000;

    private StatusPrivacyAnswer() {}

    /**
     * Reads the answer.
     *
     * @throws ProtocolViolationException if the setting that holds is not one that is known: nobody can say then whom a
     *     post is for
     */
    static StatusPrivacy of(Node result) {
        Node privacy = result.child("privacy");
        List<Node> lists = privacy == null ? List.of() : privacy.children("list");
        // Each setting keeps its list; the one that holds is marked.
        return lists.stream()
                .filter(list -> "true".equals(list.attr("default")))
                .findFirst()
                .or(() -> lists.stream().findFirst())
                .map(StatusPrivacyAnswer::privacy)
                .orElse(DEFAULT);
    }

    private static StatusPrivacy privacy(Node list) {
        StatusSetting setting = switch (list.requireAttr("type")) {
            case "contacts" -> StatusSetting.CONTACTS;
            case "whitelist" -> StatusSetting.ALLOW_LIST;
            case "blacklist" -> StatusSetting.DENY_LIST;
            default ->
                throw new ProtocolViolationException(
                        "the privacy of the status is of a kind not known: " + list.attr("type"));
        };
        Set<Jid> people = new LinkedHashSet<>();
        if (setting != StatusSetting.CONTACTS) {
            for (Node user : list.children("user")) {
                Jid person = user.requireJid("jid");
                if (!person.isUser()) {
                    throw new ProtocolViolationException("the privacy of the status names " + person);
                }
                people.add(person.person());
            }
        }
        if (people.size() > MOST_PEOPLE) {
            throw new ProtocolViolationException("the privacy of the status names " + people.size() + " people");
        }
        return new StatusPrivacy(setting, List.copyOf(people));
    }
}
