/** Credentials that this program makes: for whom, for which room, until when. */
@NullMarked
package dev.postern.app.credentials;

import org.jspecify.annotations.NullMarked;
