/** Users that another service knows, asked over HTTP away from the packet path. */
@NullMarked
package dev.postern.app.webhook;

import org.jspecify.annotations.NullMarked;
