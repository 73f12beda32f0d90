/** The command line: commands, their help and their exit codes. */
@NullMarked
package dev.postern.app.cli;

import org.jspecify.annotations.NullMarked;
