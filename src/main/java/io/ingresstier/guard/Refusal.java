package io.ingresstier.guard;

import io.ingresstier.api.Reason;

/**
 * Why a write is not made.
 *
 * @param by the guard or step that refuses
 * @param reason its kind
 * @param message what was refused, on what object, and what to do
 */
public record Refusal(String by, Reason reason, String message) {}
