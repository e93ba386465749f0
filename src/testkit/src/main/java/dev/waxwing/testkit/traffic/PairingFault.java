package dev.waxwing.testkit.traffic;

/** How a pair-success can be forged. */
public enum PairingFault {
    /** The HMAC was made with another ADV secret. */
    WRONG_HMAC,
    /** The account signature was made by another key. */
    WRONG_SIGNATURE,
    /** The device identity is no protobuf. */
    MALFORMED
}
