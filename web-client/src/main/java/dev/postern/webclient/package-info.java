/** The browser client library and the pages, as resources. */
@NullMarked
package dev.postern.webclient;

import org.jspecify.annotations.NullMarked;
