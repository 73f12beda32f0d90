/** Certificates from PEM files, and the TLS context that the listeners share. */
@NullMarked
package dev.postern.app.tls;

import org.jspecify.annotations.NullMarked;
