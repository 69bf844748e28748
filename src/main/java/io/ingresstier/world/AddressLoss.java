package io.ingresstier.world;

import java.time.Instant;
import java.util.Set;

/**
 * An Ingress whose published addresses became fewer. ingress-nginx clears the address of every Ingress when it stops
 * without seeing another pod like itself; DNS records then follow.
 *
 * @param ingress the Ingress
 * @param lost the addresses that it had before and has no more
 * @param at when this process saw it
 */
public record AddressLoss(ObjectKey ingress, Set<String> lost, Instant at) {

    public AddressLoss {
        lost = Set.copyOf(lost);
    }
}
