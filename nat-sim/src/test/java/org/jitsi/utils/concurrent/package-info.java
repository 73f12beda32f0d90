/** Stands in front of the package of the same name in jitsi-utils, in tests of this module alone. */
@NullMarked
package org.jitsi.utils.concurrent;

import org.jspecify.annotations.NullMarked;
