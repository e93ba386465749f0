package dev.waxwing.internal.stream.link;

import com.google.protobuf.ByteString;
import dev.waxwing.internal.crypto.BigEndian;
import dev.waxwing.internal.crypto.Digests;
import dev.waxwing.model.ClientVersion;
import dev.waxwing.proto.companionreg.DeviceProps;
import dev.waxwing.proto.wa6.ClientPayload;
import java.nio.charset.StandardCharsets;

/** Builds the payload that goes with the handshake and says who connects (01, section 5). */
public final class ClientPayloads {

    private static final ByteString KEY_TYPE = ByteString.copyFrom(new byte[] {5});
    private static final DeviceProps.AppVersion PROPS_VERSION = DeviceProps.AppVersion.newBuilder()
            .setPrimary(10)
            .setSecondary(15)
            .setTertiary(7)
            .build();

    private ClientPayloads() {}

    static ClientPayload of(StreamIdentity identity, ClientProfile profile) {
        return identity instanceof StreamIdentity.Login login
                ? login(login, profile)
                : registration((StreamIdentity.Registration) identity, profile);
    }

    private static ClientPayload registration(StreamIdentity.Registration device, ClientProfile profile) {
        return common(profile)
                .setPassive(false)
                .setPull(false)
                .setDevicePairingData(ClientPayload.DevicePairingRegistrationData.newBuilder()
                        .setERegid(bytes(device.registrationId(), 4))
                        .setEKeytype(KEY_TYPE)
                        .setEIdent(ByteString.copyFrom(device.identityKey()))
                        .setESkeyID(bytes(device.signedPreKeyId(), 3))
                        .setESkeyVal(ByteString.copyFrom(device.signedPreKey()))
                        .setESkeySig(ByteString.copyFrom(device.signedPreKeySignature()))
                        .setBuildHash(ByteString.copyFrom(
                                Digests.md5(profile.version().toString().getBytes(StandardCharsets.US_ASCII))))
                        .setDeviceProps(deviceProps(profile).toByteString()))
                .build();
    }

    private static ClientPayload login(StreamIdentity.Login login, ClientProfile profile) {
        // Passive: nothing waiting is delivered before <active/>, so the login hooks are not overrun.
        ClientPayload.Builder payload = common(profile)
                .setPassive(true)
                .setPull(true)
                .setUsername(Long.parseLong(login.me().user()))
                .setDevice(login.me().device())
                .setLidDbMigrated(false);
        if (login.pushName() != null) {
            payload.setPushName(login.pushName());
        }
        return payload.build();
    }

    static DeviceProps deviceProps(ClientProfile profile) {
        return DeviceProps.newBuilder()
                .setOs(profile.os())
                .setVersion(PROPS_VERSION)
                .setPlatformType(profile.platformType())
                .setRequireFullSync(profile.fullHistory())
                .setHistorySyncConfig(profile.history())
                .build();
    }

    private static ClientPayload.Builder common(ClientProfile profile) {
        ClientVersion version = profile.version();
        return ClientPayload.newBuilder()
                .setConnectType(ClientPayload.ConnectType.WIFI_UNKNOWN)
                .setConnectReason(ClientPayload.ConnectReason.USER_ACTIVATED)
                .setWebInfo(ClientPayload.WebInfo.newBuilder().setWebSubPlatform(subPlatform(profile)))
                // Never a phoneId: sessions were invalidated over a random one (whatsapp-rust).
                .setUserAgent(ClientPayload.UserAgent.newBuilder()
                        .setPlatform(ClientPayload.UserAgent.Platform.WEB)
                        .setAppVersion(ClientPayload.UserAgent.AppVersion.newBuilder()
                                .setPrimary(version.primary())
                                .setSecondary(version.secondary())
                                .setTertiary(version.tertiary()))
                        .setMcc("000")
                        .setMnc("000")
                        .setOsVersion("0.1")
                        .setDevice("Desktop")
                        .setOsBuildNumber("0.1")
                        .setReleaseChannel(ClientPayload.UserAgent.ReleaseChannel.RELEASE)
                        .setLocaleLanguageIso6391(profile.language())
                        .setLocaleCountryIso31661Alpha2(profile.country()));
    }

    /** A desktop client with full history names its store application (Baileys). */
    private static ClientPayload.WebInfo.WebSubPlatform subPlatform(ClientProfile profile) {
        if (profile.fullHistory() && profile.browser().equals("Desktop")) {
            if (profile.os().equals("Mac OS")) {
                return ClientPayload.WebInfo.WebSubPlatform.DARWIN;
            }
            if (profile.os().equals("Windows")) {
                return ClientPayload.WebInfo.WebSubPlatform.WIN32;
            }
        }
        return ClientPayload.WebInfo.WebSubPlatform.WEB_BROWSER;
    }

    private static ByteString bytes(int value, int length) {
        return ByteString.copyFrom(BigEndian.encode(value, length));
    }
}
