/** Stands in front of the package of the same name in jitsi-utils: tests that use this module have ice4j in virtual time. */
@NullMarked
package org.jitsi.utils.concurrent;

import org.jspecify.annotations.NullMarked;
