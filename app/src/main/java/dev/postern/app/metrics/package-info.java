/** What the servers count, over HTTP for Prometheus, and whether they are up. */
@NullMarked
package dev.postern.app.metrics;

import org.jspecify.annotations.NullMarked;
