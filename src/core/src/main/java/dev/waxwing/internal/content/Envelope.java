package dev.waxwing.internal.content;

import dev.waxwing.error.ProtocolViolationException;
import dev.waxwing.internal.account.Self;
import dev.waxwing.internal.binary.Node;
import dev.waxwing.model.Jid;
import dev.waxwing.model.JidServer;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The outside of a received {@code <message>}, or of a {@code <status>}, which is one by another name: who sent it to
 * which chat. Rules as peers Baileys and whatsmeow apply them.
 *
 * @param stanza the whole stanza
 * @param id the message id
 * @param from the {@code from} attribute as it came, with device
 * @param chat the chat as far as the envelope tells, without a device; a hosted one's is the plain person's
 * @param chatAlt the other form of the chat, if told
 * @param sender the sending device as it came
 * @param senderAlt the other form of the sender, if told
 * @param fromMe true if a device of this account sent it
 * @param timestamp the server's time
 */
public record Envelope(
        Node stanza,
        String id,
        Jid from,
        Jid chat,
        Optional<Jid> chatAlt,
        Jid sender,
        Optional<Jid> senderAlt,
        boolean fromMe,
        Instant timestamp) {

    private static final String UNAVAILABLE = "unavailable";
    private static final String BOT_ANSWER = "msmsg";

    /**
     * Reads the outside of a message.
     *
     * @param stanza a {@code <message>}
     * @param self this account
     * @return the envelope
     * @throws ProtocolViolationException if an attribute is missing or not allowed
     */
    public static Envelope parse(Node stanza, Self self) {
        String id = MessageIds.requireSound(stanza.requireAttr("id"));
        Jid from = stanza.requireJid("from");
        Jid recipient = stanza.jid("recipient");
        Jid participant = stanza.jid("participant");
        Instant timestamp = stanza.timeAttr("t", Instant.EPOCH);
        requireAuthor(participant == null ? from : participant);
        Audience source = Audience.of(from);
        if (source instanceof Audience.Person) {
            boolean fromMe = self.includes(from);
            if (recipient != null && !fromMe) {
                throw new ProtocolViolationException("<message> of somebody else names a recipient");
            }
            if (recipient != null && !recipient.server().isKnown()) {
                throw new ProtocolViolationException("<message> to nobody that this version knows: " + recipient);
            }
            Jid chat = (recipient == null ? from : recipient).person();
            Optional<Jid> senderAlt = alternative(stanza, "sender_pn", "sender_lid");
            Optional<Jid> chatAlt = recipient == null
                    ? senderAlt.map(Jid::person)
                    : alternative(stanza, "peer_recipient_pn", "peer_recipient_lid")
                            .or(() -> alternative(stanza, "recipient_pn", "recipient_lid"));
            return new Envelope(stanza, id, from, chat, chatAlt, from, senderAlt, fromMe, timestamp);
        }
        if (!source.hasAuthors()) {
            return new Envelope(stanza, id, from, from, Optional.empty(), from, Optional.empty(), false, timestamp);
        }
        if (participant == null) {
            throw new ProtocolViolationException("<message> from " + from.server() + " lacks attribute participant");
        }
        return new Envelope(
                stanza,
                id,
                from,
                from,
                Optional.empty(),
                participant,
                alternative(stanza, "participant_pn", "participant_lid"),
                self.includes(participant),
                timestamp);
    }

    /**
     * The sending device in the other form of its address, if told.
     *
     * @return the device, hosted if the sender is
     */
    public Optional<Jid> senderAltDevice() {
        return senderAlt.filter(Jid::isUser).map(alt -> {
            JidServer hosted = alt.isLid() ? JidServer.HOSTED_LID : JidServer.HOSTED;
            return new Jid(alt.user(), sender.isHosted() ? hosted : alt.person().server(), sender.device());
        });
    }

    /**
     * Two addresses that the stanza says are one person.
     *
     * @param one an address
     * @param other the other form, with the device if it is the sender's
     */
    public record Pair(Jid one, Jid other) {

        /**
         * Everybody whose state is concerned if it is true.
         *
         * @return both persons, and both with their hosted devices
         */
        public Set<Jid> allForms() {
            Set<Jid> forms = new LinkedHashSet<>();
            for (Jid form : List.of(one.person(), other.person())) {
                forms.add(form);
                forms.add(new Jid(form.user(), form.isLid() ? JidServer.HOSTED_LID : JidServer.HOSTED, 0));
            }
            return forms;
        }
    }

    /**
     * The pairs of phone number and LID that the stanza tells of: the word of the server until the message is
     * decrypted.
     *
     * @return none, one or two
     */
    public Stream<Pair> pairs() {
        return Stream.concat(
                        senderAltDevice().map(other -> new Pair(sender, other)).stream(),
                        chatAlt.map(other -> new Pair(chat, other)).stream())
                .filter(pair -> pair.one.isUser() && pair.other.isUser() && pair.one.isLid() != pair.other.isLid());
    }

    /**
     * The device identity that came along.
     *
     * @return an {@code ADVSignedDeviceIdentity}, if there is one
     */
    public Optional<byte[]> deviceIdentity() {
        Node identity = stanza.child("device-identity");
        return identity == null ? Optional.empty() : Optional.ofNullable(identity.bytes());
    }

    /**
     * Whether it is only among this account's own devices.
     *
     * @return true if so
     */
    public boolean isPeer() {
        return "peer".equals(stanza.attr("category"));
    }

    /**
     * Whether its outside tells the chat, as it does unless an own device writes to a person and names nobody.
     *
     * @return true if so
     */
    public boolean namesChat() {
        return !fromMe || stanza.hasAttr("recipient") || Audience.of(from).hasAuthors();
    }

    /**
     * Whether a bot answers a question with it. Such an answer opens with the secret of the question, which is why
     * neither the bot nor the own phone can help a device that does not have that.
     *
     * @return true if so
     */
    public boolean isBotAnswer() {
        return sender.isBot() || stanza.children("enc").stream().anyMatch(enc -> BOT_ANSWER.equals(enc.attr("type")));
    }

    /**
     * Whether the server says that this device gets no copy of it.
     *
     * @return true if so
     */
    public boolean isWithheld() {
        return stanza.child(UNAVAILABLE) != null;
    }

    /**
     * Whether the own phone can hand it over if this device cannot read it. What is withheld for a reason is not for
     * companions: it is to be opened once, comes from a hosted device, or is a bot's.
     *
     * @return true if it is worth asking
     */
    public boolean isOnOwnPhone() {
        return !isPeer() && !isBotAnswer() && (!isWithheld() || isWithheldWithoutReason());
    }

    private boolean isWithheldWithoutReason() {
        Node unavailable = stanza.requireChild(UNAVAILABLE);
        String reason = unavailable.attr("type");
        return (reason == null || reason.isEmpty())
                && !"true".equals(unavailable.attr("hosted"))
                && stanza.child("bot") == null;
    }

    /**
     * Whether it waited on the server while this device was away.
     *
     * @return true if so
     */
    public boolean isOffline() {
        return stanza.hasAttr("offline");
    }

    /**
     * The name that the sender gave itself.
     *
     * @return the name, null if none came
     */
    public @Nullable String pushName() {
        return stanza.attr("notify");
    }

    /** A hosting provider's device is a companion: the phone itself is never one. */
    private static void requireAuthor(Jid author) {
        if (!author.server().isKnown() || (author.isHosted() && author.device() == 0)) {
            throw new ProtocolViolationException("<message> of nobody that this version knows: " + author);
        }
    }

    private static Optional<Jid> alternative(Node stanza, String phone, String lid) {
        Jid found = stanza.jid(phone);
        return Optional.ofNullable(found == null ? stanza.jid(lid) : found);
    }
}
