package dev.waxwing.internal.retry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waxwing.error.PeerKeyRejectedException;
import dev.waxwing.error.ProtocolViolationException;
import dev.waxwing.fuzz.FuzzTarget;
import dev.waxwing.fuzz.Seeds;
import dev.waxwing.fuzz.Stanzas;
import dev.waxwing.internal.binary.Node;
import java.util.List;

/** Retry receipts. Refused with {@link ProtocolViolationException} or {@link PeerKeyRejectedException} only. */
public final class RetryReceiptTarget implements FuzzTarget {

    @Override
    public List<byte[]> seeds() {
        return Seeds.nodes("receipt"::equals, "messaging-retry-nodes.json", "signal-prekeys.json");
    }

    @Override
    public void accept(byte[] input) {
        Node receipt = Stanzas.read(input).orElse(null);
        if (receipt == null) {
            return;
        }
        try {
            RetryReceipt.Request request = RetryReceipt.Request.parse(receipt);
            assertThat(request.id()).isNotEmpty().hasSizeLessThanOrEqualTo(256);
            request.keys().ifPresent(keys -> assertThat(keys.identityKey()).hasSize(32));
        } catch (ProtocolViolationException | PeerKeyRejectedException e) {
            // Refused as promised.
        }
    }
}
