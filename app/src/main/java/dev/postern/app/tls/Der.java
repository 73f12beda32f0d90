package dev.postern.app.tls;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Writes the few types of ASN.1 that a certificate is made of, by the Distinguished Encoding Rules (X.690). */
final class Der {

    private static final int BOOLEAN = 0x01;
    private static final int INTEGER = 0x02;
    private static final int BIT_STRING = 0x03;
    private static final int OCTET_STRING = 0x04;
    private static final int OBJECT_IDENTIFIER = 0x06;
    private static final int UTF8_STRING = 0x0C;
    private static final int GENERALIZED_TIME = 0x18;
    private static final int UTC_TIME = 0x17;
    private static final int SEQUENCE = 0x30;
    private static final int SET = 0x31;
    private static final int CONTEXT = 0x80;
    private static final int CONSTRUCTED = 0x20;

    private static final int SHORT_LENGTH = 0x80;
    private static final byte TRUE = (byte) 0xFF;
    private static final int BITS_OF_SEVEN = 7;

    /** RFC 5280 section 4.1.2.5: UTCTime through 2049, GeneralizedTime from 2050 on. */
    private static final int FIRST_GENERALIZED_YEAR = 2050;

    private Der() {}

    private static byte[] tagged(int tag, byte[]... contents) {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        for (byte[] content : contents) {
            body.writeBytes(content);
        }
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        whole.write(tag);
        if (body.size() < SHORT_LENGTH) {
            whole.write(body.size());
        } else {
            byte[] length = BigInteger.valueOf(body.size()).toByteArray();
            int zeros = length[0] == 0 ? 1 : 0;
            whole.write(SHORT_LENGTH | (length.length - zeros));
            whole.write(length, zeros, length.length - zeros);
        }
        whole.writeBytes(body.toByteArray());
        return whole.toByteArray();
    }

    static byte[] sequence(byte[]... parts) {
        return tagged(SEQUENCE, parts);
    }

    static byte[] set(byte[]... parts) {
        return tagged(SET, parts);
    }

    static byte[] integer(BigInteger value) {
        return tagged(INTEGER, value.toByteArray());
    }

    static byte[] yes() {
        return tagged(BOOLEAN, new byte[] {TRUE});
    }

    static byte[] octets(byte[] bytes) {
        return tagged(OCTET_STRING, bytes);
    }

    static byte[] text(String text) {
        return tagged(UTF8_STRING, text.getBytes(StandardCharsets.UTF_8));
    }

    /** @param unused how many of the last bits do not count */
    static byte[] bits(byte[] bytes, int unused) {
        return tagged(BIT_STRING, new byte[] {(byte) unused}, bytes);
    }

    /** A value with a tag of its context, of a simple type. */
    static byte[] context(int number, byte[] content) {
        return tagged(CONTEXT | number, content);
    }

    /** The same around other values. */
    static byte[] contextAround(int number, byte[] content) {
        return tagged(CONTEXT | CONSTRUCTED | number, content);
    }

    static byte[] time(Instant at) {
        boolean isGeneralized = at.atZone(ZoneOffset.UTC).getYear() >= FIRST_GENERALIZED_YEAR;
        String pattern = isGeneralized ? "yyyyMMddHHmmss'Z'" : "yyMMddHHmmss'Z'";
        String text = DateTimeFormatter.ofPattern(pattern, Locale.ROOT)
                .withZone(ZoneOffset.UTC)
                .format(at);
        return tagged(isGeneralized ? GENERALIZED_TIME : UTC_TIME, text.getBytes(StandardCharsets.US_ASCII));
    }

    /** Such as {@code 2.5.29.17}. */
    static byte[] identifier(String dotted) {
        String[] arcs = dotted.split("\\.", -1);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.write(Integer.parseInt(arcs[0]) * 40 + Integer.parseInt(arcs[1]));
        for (int i = 2; i < arcs.length; i++) {
            int arc = Integer.parseInt(arcs[i]);
            for (int shift = 28; shift > 0; shift -= BITS_OF_SEVEN) {
                if (arc >> shift != 0) {
                    bytes.write(((arc >> shift) & 0x7F) | 0x80);
                }
            }
            bytes.write(arc & 0x7F);
        }
        return tagged(OBJECT_IDENTIFIER, bytes.toByteArray());
    }
}
