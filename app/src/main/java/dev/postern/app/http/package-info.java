/** HTTP as the operator's pages and the services that are asked need it: small, bounded, and behind a token. */
@NullMarked
package dev.postern.app.http;

import org.jspecify.annotations.NullMarked;
