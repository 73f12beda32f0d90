/** What an operator asks of a running server, and tells it. */
@NullMarked
package dev.postern.app.admin;

import org.jspecify.annotations.NullMarked;
