/**
 * {@code ./dev bench turn|stun}: load on the packaged program and on coturn, interleaved on one machine, and a table of what each took. The load
 * itself is made by the C programs of {@code bench/load}.
 */
@NullMarked
package dev.postern.bench;

import org.jspecify.annotations.NullMarked;
