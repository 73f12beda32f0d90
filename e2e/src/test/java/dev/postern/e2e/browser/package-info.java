/** Real browsers against the packaged program. Compiled in the profile {@code e2e} only, which brings Playwright. */
@NullMarked
package dev.postern.e2e.browser;

import org.jspecify.annotations.NullMarked;
