/** How the program logs: readable lines on standard error, from slf4j and from java.util.logging alike. */
@NullMarked
package dev.postern.app.log;

import org.jspecify.annotations.NullMarked;
