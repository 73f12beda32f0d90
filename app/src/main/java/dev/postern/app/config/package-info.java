/** The configuration: one table of keys, three sources that fill it, and a sentence for every mistake. */
@NullMarked
package dev.postern.app.config;

import org.jspecify.annotations.NullMarked;
