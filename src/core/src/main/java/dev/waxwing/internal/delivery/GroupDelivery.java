package dev.waxwing.internal.delivery;

import static java.util.Objects.requireNonNull;

import dev.waxwing.internal.account.Self;
import dev.waxwing.internal.binary.Node;
import dev.waxwing.internal.content.Destination;
import dev.waxwing.internal.content.MessageStanza;
import dev.waxwing.internal.content.StanzaKind;
import dev.waxwing.internal.group.GroupRoster;
import dev.waxwing.model.Jid;
import dev.waxwing.model.MessageKey;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/** To a group: to all who are in it, by the key that they share. */
public final class GroupDelivery implements Delivery {

    private final SenderKeyDelivery shared;
    private final GroupRoster groups;
    private final Executor executor;

    /**
     * Delivers to groups.
     *
     * @param parts what the account has
     * @param shared delivers to all who share a key
     */
    public GroupDelivery(MessagingParts parts, SenderKeyDelivery shared) {
        this.shared = requireNonNull(shared, "shared");
        this.groups = parts.groups();
        this.executor = parts.threads().continuations();
    }

    @Override
    public CompletionStage<Addressees> addressees(Destination to, Self self, Runnable listed) {
        return groups.participants(to.chat())
                .thenComposeAsync(
                        participants -> shared.addressees(
                                participants, List.of(), new InGroup(participants.group()), self, listed),
                        executor);
    }

    /** A message to a group. */
    private final class InGroup implements SenderKeyAddressees.Form {

        private final Jid chat;

        InGroup(Jid chat) {
            this.chat = chat;
        }

        @Override
        public void reached(Set<Jid> newcomers) {
            groups.reached(chat, newcomers);
        }

        @Override
        public Node write(
                MessageKey key,
                StanzaKind kind,
                GroupDevices group,
                List<Node> newHolders,
                byte[] ciphertext,
                Optional<byte[]> account) {
            return MessageStanza.toGroup(
                    key, kind, group.participants().byLid(), group.hash(), newHolders, ciphertext, account);
        }
    }

    /**
     * The devices of a group as far as is known now, without this one.
     *
     * @param group the group
     * @param self this account
     * @return completes with the devices as their sessions are filed, each with its address in the group
     */
    public CompletionStage<Map<Jid, Jid>> devicesNow(Jid group, Self self) {
        return groups.participants(group)
                .thenComposeAsync(participants -> shared.devicesNow(participants, self), executor);
    }
}
