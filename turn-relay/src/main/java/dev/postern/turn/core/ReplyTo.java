package dev.postern.turn.core;

import dev.postern.stun.FiveTuple;
import dev.postern.stun.Method;
import dev.postern.stun.TransactionId;
import dev.postern.stun.auth.GateResult.Authenticated;

/**
 * What the answer to an authenticated request needs, also when it is given later.
 *
 * @param fingerprint whether the request carried FINGERPRINT, and so the answer does
 */
record ReplyTo(FiveTuple path, Method method, TransactionId id, Authenticated caller, boolean fingerprint) {}
