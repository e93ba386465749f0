package dev.waxwing.testkit.server;

import dev.waxwing.error.ProtocolViolationException;
import dev.waxwing.internal.account.PairingCodeKeys;
import dev.waxwing.internal.binary.Node;
import dev.waxwing.internal.crypto.ConstantTime;
import dev.waxwing.internal.crypto.KeyPair;
import dev.waxwing.model.Jid;
import dev.waxwing.testkit.state.Account;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Linking by pairing code: the client's request, the phone whose owner types the code, and the client's keys for it.
 * What comes out is the secret of a pair-success as after a scan.
 */
final class CodePairing {

    private static final String STEP = "link_code_companion_reg";
    private static final String REF = "link_code_pairing_ref";
    private static final int REF_BYTES = 16;
    private static final int KEY_BYTES = 32;
    private static final Duration ANSWER_PATIENCE = Duration.ofSeconds(20);

    private final ServerState state;
    private final Pairing pairing;
    private final Map<Account, Request> requests = new HashMap<>();

    CodePairing(ServerState state, Pairing pairing) {
        this.state = state;
        this.pairing = pairing;
    }

    /** A client that waits for a phone; the last one for each. */
    private static final class Request {

        final Pairing.Candidate candidate;
        final byte[] wrapped;
        final byte[] ref;

        @Nullable
        Typed typed;

        Request(Pairing.Candidate candidate, byte[] wrapped, byte[] ref) {
            this.candidate = candidate;
            this.wrapped = wrapped;
            this.ref = ref;
        }
    }

    /** A code as the phone's owner typed it, until the client has answered. */
    private record Typed(
            Account owner, KeyPair ephemeral, byte[] companionEphemeral, CompletableFuture<Account> result) {}

    /** Takes either question of a client. */
    void step(IqExchange iq) {
        Node reg = iq.child();
        Pairing.Candidate candidate =
                pairing.candidate(iq.connection()).orElseThrow(() -> new IqRefusal(401, "not-authorized"));
        Account account =
                state.accounts().find(reg.requireJid("jid")).orElseThrow(() -> new IqRefusal(404, "item-not-found"));
        switch (reg.requireAttr("stage")) {
            case "companion_hello" -> hello(iq, candidate, account, reg);
            case "companion_finish" -> finish(iq, candidate, account, reg);
            default -> throw new IqRefusal(400, "bad-request");
        }
    }

    private void hello(IqExchange iq, Pairing.Candidate candidate, Account account, Node reg) {
        byte[] wrapped = bytes(reg, "link_code_pairing_wrapped_companion_ephemeral_pub", PairingCodeKeys.WRAPPED_BYTES);
        byte[] noiseKey = bytes(reg, "companion_server_auth_key_pub", KEY_BYTES);
        if (!ConstantTime.equal(noiseKey, candidate.noiseKey())) {
            throw new IqRefusal(400, "bad-request");
        }
        reg.requireChild("companion_platform_id");
        reg.requireChild("companion_platform_display");
        reg.requireChild("link_code_pairing_nonce");
        byte[] ref = ("2@" + state.random().token(REF_BYTES)).getBytes(StandardCharsets.UTF_8);
        Request former = requests.put(account, new Request(candidate, wrapped, ref));
        if (former != null && former.typed != null) {
            refuse(former.typed, 409, "the client asked for another code");
        }
        iq.reply(Node.builder(STEP)
                .attr("stage", "companion_hello")
                .child(Node.builder(REF).bytes(ref).build())
                .build());
    }

    /** The phone's owner types a code. Completes when pair-success is on its way. */
    CompletableFuture<Account> enter(Account owner, String code) {
        CompletableFuture<Account> result = new CompletableFuture<>();
        Request request = requests.get(owner);
        if (request == null || pairing.candidate(request.candidate.connection()).isEmpty()) {
            requests.remove(owner);
            result.completeExceptionally(new ScanRefusedException(404, "no client waits for this phone"));
            return result;
        }
        String typed = code.strip().replace("-", "").toUpperCase(Locale.ROOT);
        KeyPair ephemeral = state.random().keyPair();
        Typed attempt = new Typed(owner, ephemeral, PairingCodeKeys.unwrap(typed, request.wrapped), result);
        if (request.typed != null) {
            refuse(request.typed, 409, "another code was typed");
        }
        request.typed = attempt;
        request.candidate.connection().send(primaryHello(owner, request.ref, typed, ephemeral));
        state.thread().later(ANSWER_PATIENCE, () -> refuse(attempt, 409, "the client does not answer"));
        return result;
    }

    private Node primaryHello(Account owner, byte[] ref, String code, KeyPair ephemeral) {
        return Node.builder("notification")
                .attr("from", Jid.SERVER)
                .attr("type", STEP)
                .attr("id", state.nextId())
                .attr("t", state.clock().seconds())
                .child(Node.builder(STEP)
                        .attr("stage", "primary_hello")
                        .child(Node.builder("link_code_pairing_wrapped_primary_ephemeral_pub")
                                .bytes(PairingCodeKeys.wrap(code, ephemeral.publicKey()))
                                .build())
                        .child(Node.builder("primary_identity_pub")
                                .bytes(owner.key().publicKey())
                                .build())
                        .child(Node.builder(REF).bytes(ref).build())
                        .build())
                .build();
    }

    private void finish(IqExchange iq, Pairing.Candidate candidate, Account account, Node reg) {
        byte[] bundle = bytes(reg, "link_code_pairing_wrapped_key_bundle", PairingCodeKeys.BUNDLE_BYTES);
        byte[] identity = bytes(reg, "companion_identity_public", KEY_BYTES);
        Request request = requests.get(account);
        if (request == null
                || !request.candidate.connection().equals(candidate.connection())
                || !ConstantTime.equal(request.ref, reg.requireChild(REF).requireBytes())) {
            throw new IqRefusal(404, "item-not-found");
        }
        Typed typed = request.typed;
        if (typed == null) {
            throw new IqRefusal(409, "conflict");
        }
        request.typed = null;
        iq.reply();
        byte[] advSecret;
        try {
            if (!ConstantTime.equal(identity, candidate.keys().identity())) {
                throw new ProtocolViolationException("the identity key is not that of the registration");
            }
            advSecret = PairingCodeKeys.open(
                    typed.ephemeral(), account.key(), typed.companionEphemeral(), identity, bundle);
        } catch (ProtocolViolationException e) {
            // As on a real phone, whose owner may type it once more.
            refuse(typed, 401, "the code is another than the client's: " + e.getMessage());
            return;
        }
        requests.remove(account);
        pairing.accept(candidate, account, advSecret);
        typed.result().complete(account);
    }

    private static void refuse(Typed typed, int status, String message) {
        typed.result().completeExceptionally(new ScanRefusedException(status, message));
    }

    private static byte[] bytes(Node parent, String child, int length) {
        byte[] value = parent.requireChild(child).requireBytes();
        if (value.length != length) {
            throw new IqRefusal(400, "bad-request");
        }
        return value;
    }
}
