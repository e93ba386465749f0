package dev.waxwing.fuzz;

import dev.waxwing.internal.account.CredentialsTarget;
import dev.waxwing.internal.binary.NodeTarget;
import dev.waxwing.internal.content.ContentTarget;
import dev.waxwing.internal.content.EnvelopeTarget;
import dev.waxwing.internal.device.DeviceListTarget;
import dev.waxwing.internal.device.KeyBundleTarget;
import dev.waxwing.internal.inbox.InboxRowTarget;
import dev.waxwing.internal.noise.CertificateTarget;
import dev.waxwing.internal.noise.FrameTarget;
import dev.waxwing.internal.noise.ServerHelloTarget;
import dev.waxwing.internal.outbox.OutboxRowTarget;
import dev.waxwing.internal.pairing.PairSuccessTarget;
import dev.waxwing.internal.receipt.ReceiptTarget;
import dev.waxwing.internal.retry.RetryReceiptTarget;
import dev.waxwing.internal.signal.SenderKeyTarget;
import dev.waxwing.internal.signal.SessionRowTarget;
import dev.waxwing.internal.signal.SessionTarget;
import dev.waxwing.internal.sync.syncd.StateUpdateTarget;
import dev.waxwing.model.JidTarget;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/** All targets, by name. */
final class FuzzTargets {

    /** Those that Jazzer guides by coverage. The others hold keys and stores, and run under {@link Mutator}. */
    static final Map<String, Supplier<FuzzTarget>> GUIDED = new LinkedHashMap<>();

    static final Map<String, Supplier<FuzzTarget>> MUTATED = new LinkedHashMap<>();

    static {
        GUIDED.put("nodes", NodeTarget::new);
        GUIDED.put("addresses", JidTarget::new);
        GUIDED.put("frames", FrameTarget::new);
        GUIDED.put("server-hello", ServerHelloTarget::new);
        GUIDED.put("certificates", CertificateTarget::new);
        GUIDED.put("pair-success", PairSuccessTarget::new);
        GUIDED.put("envelopes", EnvelopeTarget::new);
        GUIDED.put("contents", ContentTarget::new);
        GUIDED.put("receipts", ReceiptTarget::new);
        GUIDED.put("retry-receipts", RetryReceiptTarget::new);
        GUIDED.put("key-bundles", KeyBundleTarget::new);
        GUIDED.put("device-lists", DeviceListTarget::new);
        MUTATED.put("sessions", SessionTarget::new);
        MUTATED.put("sender-keys", SenderKeyTarget::new);
        MUTATED.put("session-rows", SessionRowTarget::new);
        MUTATED.put("outbox-rows", OutboxRowTarget::new);
        MUTATED.put("inbox-rows", InboxRowTarget::new);
        MUTATED.put("credentials-row", CredentialsTarget::new);
        MUTATED.put("state-updates", StateUpdateTarget::new);
    }

    private FuzzTargets() {}

    static Map<String, Supplier<FuzzTarget>> all() {
        Map<String, Supplier<FuzzTarget>> all = new LinkedHashMap<>(GUIDED);
        all.putAll(MUTATED);
        return all;
    }

    static FuzzTarget named(String name) {
        Supplier<FuzzTarget> target = all().get(name);
        if (target == null) {
            throw new IllegalArgumentException("no target '" + name + "', only " + all().keySet());
        }
        return target.get();
    }
}
