package io.ingresstier.world;

import java.time.Instant;

/**
 * What another tier claims for itself.
 *
 * @param labelKey its node label's key
 * @param labelValue its node label's value
 * @param created when it was created; of two tiers that want the same, the older one has it
 */
public record Claim(String tier, String labelKey, String labelValue, Instant created) {}
