/** From settings to running servers, and back to none. */
@NullMarked
package dev.postern.app.run;

import org.jspecify.annotations.NullMarked;
