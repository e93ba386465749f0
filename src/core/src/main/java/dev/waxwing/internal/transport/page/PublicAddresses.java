package dev.waxwing.internal.transport.page;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.List;

/**
 * Tells the addresses of the public internet from those that lead to this machine, its network, or nowhere. Tables: the
 * special-purpose address registries of IANA (RFC 6890).
 */
final class PublicAddresses {

    private record Block(int address, int bits) {
        boolean holds(int ip) {
            return (ip ^ address) >>> (Integer.SIZE - bits) == 0;
        }
    }

    private static final List<Block> SPECIAL = List.of(
            block(0, 0, 0, 0, 8),
            block(10, 0, 0, 0, 8),
            block(100, 64, 0, 0, 10),
            block(127, 0, 0, 0, 8),
            block(169, 254, 0, 0, 16),
            block(172, 16, 0, 0, 12),
            block(192, 0, 0, 0, 24),
            block(192, 0, 2, 0, 24),
            block(192, 88, 99, 0, 24),
            block(192, 168, 0, 0, 16),
            block(198, 18, 0, 0, 15),
            block(198, 51, 100, 0, 24),
            block(203, 0, 113, 0, 24),
            // Multicast, reserved, broadcast.
            block(224, 0, 0, 0, 3));

    private PublicAddresses() {}

    private static Block block(int a, int b, int c, int d, int bits) {
        return new Block(a << 24 | b << 16 | c << 8 | d, bits);
    }

    /**
     * Whether an address is one of the public internet.
     *
     * @param address what a name stands for
     * @return false for everything that is not known to be public
     */
    static boolean isPublic(InetAddress address) {
        byte[] bytes = address.getAddress();
        return address instanceof Inet4Address ? isPublicV4(number(bytes, 0)) : isPublicV6(bytes);
    }

    private static boolean isPublicV4(int ip) {
        return SPECIAL.stream().noneMatch(block -> block.holds(ip));
    }

    /**
     * Only 2000::/3 is given out at all. That leaves out what stands for an address of version 4 (mapped, compatible,
     * translated by 64:ff9b::/96), local ones and multicast.
     */
    private static boolean isPublicV6(byte[] bytes) {
        int first = number(bytes, 0);
        boolean isGivenOut = first >>> 29 == 1;
        // 2001::/23 holds protocols, Teredo among them; 2001:db8::/32 and 3fff::/20 are for documents; 2002::/16 is
        // 6to4.
        boolean isSpecial = first >>> 9 == 0x2001_0000 >>> 9
                || first == 0x2001_0db8
                || first >>> 16 == 0x2002
                || first >>> 12 == 0x3fff_0;
        return isGivenOut && !isSpecial;
    }

    private static int number(byte[] bytes, int at) {
        return bytes[at] << 24 | (bytes[at + 1] & 0xff) << 16 | (bytes[at + 2] & 0xff) << 8 | (bytes[at + 3] & 0xff);
    }
}
