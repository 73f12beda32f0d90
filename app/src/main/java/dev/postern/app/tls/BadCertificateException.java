package dev.postern.app.tls;

/** A certificate or key cannot be used; the message is one sentence without a secret in it. */
public final class BadCertificateException extends Exception {

    private static final long serialVersionUID = 1L;

    BadCertificateException(String sentence) {
        super(sentence);
    }
}
