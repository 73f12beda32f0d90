/** DTLS for the servers, by Eclipse Californium's Scandium: the only package that knows it. */
@NullMarked
package dev.postern.app.dtls;

import org.jspecify.annotations.NullMarked;
