package dev.postern.app.tls;

import java.nio.file.Path;

/**
 * Where one certificate lies.
 *
 * @param certificate a PEM file with the certificate and behind it those that lead to its authority
 * @param key a PEM file with its private key in PKCS#8, not encrypted
 */
public record CertificateFiles(Path certificate, Path key) {}
