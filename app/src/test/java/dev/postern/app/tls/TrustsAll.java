package dev.postern.app.tls;

import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/** A client that takes every certificate. */
public final class TrustsAll implements X509TrustManager {

    private TrustsAll() {}

    /** What such a client speaks TLS with. */
    public static SSLContext context() throws GeneralSecurityException {
        return context("TLS");
    }

    /** The same for another protocol: {@code DTLS}. */
    public static SSLContext context(String protocol) throws GeneralSecurityException {
        SSLContext context = SSLContext.getInstance(protocol);
        context.init(null, new TrustManager[] {new TrustsAll()}, null);
        return context;
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return new X509Certificate[0];
    }
}
