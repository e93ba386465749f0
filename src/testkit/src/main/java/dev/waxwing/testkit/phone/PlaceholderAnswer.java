package dev.waxwing.testkit.phone;

import dev.waxwing.proto.common.MessageKey;
import dev.waxwing.proto.e2e.Message;
import dev.waxwing.proto.e2e.PeerDataOperationRequestMessage;
import dev.waxwing.proto.e2e.PeerDataOperationRequestMessage.PlaceholderMessageResendRequest;
import dev.waxwing.proto.e2e.PeerDataOperationRequestResponseMessage;
import dev.waxwing.proto.e2e.PeerDataOperationRequestResponseMessage.PeerDataOperationResult;
import dev.waxwing.proto.e2e.PeerDataOperationRequestResponseMessage.PeerDataOperationResult.PlaceholderMessageResendResponse;
import dev.waxwing.proto.e2e.PeerDataOperationRequestType;
import dev.waxwing.proto.e2e.ProtocolMessage;
import dev.waxwing.proto.web.WebMessageInfo;

/** What a phone answers a companion that asks for messages which it could not read. */
final class PlaceholderAnswer {

    private static final int MAX_REQUESTED = 1_000;

    private PlaceholderAnswer() {}

    /** One result for each message asked for, an empty one for what the phone does not have. */
    static Message to(String requestId, PeerDataOperationRequestMessage request, PhoneHistory history) {
        PeerDataOperationRequestResponseMessage.Builder response = PeerDataOperationRequestResponseMessage.newBuilder()
                .setPeerDataOperationRequestType(PeerDataOperationRequestType.PLACEHOLDER_MESSAGE_RESEND)
                .setStanzaID(requestId);
        request.getPlaceholderMessageResendRequestList().stream()
                .limit(MAX_REQUESTED)
                .map(PlaceholderMessageResendRequest::getMessageKey)
                .map(key -> result(key, history))
                .forEach(response::addPeerDataOperationResult);
        return Message.newBuilder()
                .setProtocolMessage(ProtocolMessage.newBuilder()
                        .setType(ProtocolMessage.Type.PEER_DATA_OPERATION_REQUEST_RESPONSE_MESSAGE)
                        .setPeerDataOperationRequestResponseMessage(response))
                .build();
    }

    /** The message of a key, under the key as the companion wrote it. */
    private static PeerDataOperationResult result(MessageKey key, PhoneHistory history) {
        PlaceholderMessageResendResponse.Builder found = PlaceholderMessageResendResponse.newBuilder();
        history.find(key.getID())
                .filter(message -> message.fromMe() == key.getFromMe())
                .ifPresent(message -> found.setWebMessageInfoBytes(WebMessageInfo.newBuilder()
                        .setKey(key)
                        .setMessage(message.content())
                        .setMessageTimestamp(message.timestamp().getEpochSecond())
                        .build()
                        .toByteString()));
        return PeerDataOperationResult.newBuilder()
                .setPlaceholderMessageResendResponse(found)
                .build();
    }
}
