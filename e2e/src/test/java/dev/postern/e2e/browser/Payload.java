package dev.postern.e2e.browser;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Random;

/** Bytes to send: a file whose content no compression and no luck could stand in for. */
record Payload(String name, long seed, int size) {

    private static final int TEN_MEGABYTES = 10_000_000;

    static Payload tenMegabytes(String name, long seed) {
        return new Payload(name, seed, TEN_MEGABYTES);
    }

    byte[] bytes() {
        byte[] bytes = new byte[size];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    /** The bytes as a file of this name, below a folder of its own: browsers read what a person chooses from disk. */
    Path file(Path below) throws IOException {
        Path folder = Files.createDirectories(below.resolve(Long.toString(seed)));
        return Files.write(folder.resolve(name), bytes());
    }

    static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }
}
