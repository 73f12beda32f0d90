/** Tests that look at the whole: the architecture, the sources, and the packaged program as a person runs it. */
@NullMarked
package dev.postern.e2e;

import org.jspecify.annotations.NullMarked;
