package dev.postern.stun;

import java.util.ArrayList;
import java.util.List;

/** Text of IP addresses, both ways: dotted quads, and IPv6 as RFC 4291 reads and RFC 5952 writes it. */
final class IpLiteral {

    private static final int GROUPS = 8;

    private IpLiteral() {}

    static IpAddress parse(String literal) {
        return literal.indexOf(':') < 0 ? IpAddress.ofIpv4(parseIpv4(literal)) : parseIpv6(literal);
    }

    private static int parseIpv4(String literal) {
        String[] parts = literal.split("\\.", -1);
        if (parts.length != 4) {
            throw bad(literal);
        }
        int address = 0;
        for (String part : parts) {
            address = address << 8 | decimalByte(part, literal);
        }
        return address;
    }

    private static int decimalByte(String part, String literal) {
        boolean leadingZero = part.length() > 1 && part.charAt(0) == '0';
        if (part.isEmpty() || part.length() > 3 || leadingZero || !part.chars().allMatch(c -> c >= '0' && c <= '9')) {
            throw bad(literal);
        }
        int value = Integer.parseInt(part);
        if (value > 255) {
            throw bad(literal);
        }
        return value;
    }

    private static IpAddress parseIpv6(String literal) {
        int gap = literal.indexOf("::");
        List<Integer> head = groups(gap < 0 ? literal : literal.substring(0, gap), literal);
        List<Integer> tail = gap < 0 ? List.of() : groups(literal.substring(gap + 2), literal);
        int written = head.size() + tail.size();
        if (gap < 0 ? written != GROUPS : written >= GROUPS) {
            throw bad(literal);
        }
        List<Integer> all = new ArrayList<>(head);
        for (int i = written; i < GROUPS; i++) {
            all.add(0);
        }
        all.addAll(tail);
        return IpAddress.ofIpv6(fourGroups(all, 0), fourGroups(all, 4));
    }

    private static long fourGroups(List<Integer> groups, int from) {
        long value = 0;
        for (int group : groups.subList(from, from + 4)) {
            value = value << 16 | group;
        }
        return value;
    }

    private static List<Integer> groups(String text, String literal) {
        List<Integer> groups = new ArrayList<>();
        if (text.isEmpty()) {
            return groups;
        }
        String[] parts = text.split(":", -1);
        for (int i = 0; i < parts.length; i++) {
            if (i == parts.length - 1 && parts[i].indexOf('.') >= 0) {
                int embedded = parseIpv4(parts[i]);
                groups.add(embedded >>> 16);
                groups.add(embedded & 0xFFFF);
            } else {
                groups.add(hexGroup(parts[i], literal));
            }
        }
        return groups;
    }

    private static int hexGroup(String part, String literal) {
        if (part.isEmpty()
                || part.length() > 4
                || !part.chars().allMatch(c -> Character.digit(c, 16) >= 0 && c < 128)) {
            throw bad(literal);
        }
        return Integer.parseInt(part, 16);
    }

    private static IllegalArgumentException bad(String literal) {
        return new IllegalArgumentException("'" + literal + "' is not an IPv4 or IPv6 address");
    }

    static String format(IpAddress address) {
        if (address.isIpv4()) {
            int a = address.ipv4();
            return (a >>> 24) + "." + (a >>> 16 & 255) + "." + (a >>> 8 & 255) + "." + (a & 255);
        }
        boolean mapped = address.high() == 0 && address.low() >>> 32 == 0xFFFF;
        return mapped ? "::ffff:" + format(IpAddress.ofIpv4((int) address.low())) : formatIpv6(address);
    }

    private static String formatIpv6(IpAddress address) {
        int[] groups = new int[GROUPS];
        for (int i = 0; i < GROUPS; i++) {
            groups[i] = (int) ((i < 4 ? address.high() : address.low()) >>> (48 - 16 * (i % 4))) & 0xFFFF;
        }
        int gapStart = -1;
        int gapLength = 1; // RFC 5952 section 4.2.2: one zero group alone is not shortened
        for (int i = 0; i < GROUPS; i++) {
            int end = i;
            while (end < GROUPS && groups[end] == 0) {
                end++;
            }
            if (end - i > gapLength) {
                gapStart = i;
                gapLength = end - i;
            }
        }
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < GROUPS; i++) {
            if (i == gapStart) {
                text.append("::");
                i += gapLength - 1;
                continue;
            }
            boolean separated = i == 0 || (gapStart >= 0 && i == gapStart + gapLength);
            text.append(separated ? "" : ":").append(Integer.toHexString(groups[i]));
        }
        return text.toString();
    }
}
