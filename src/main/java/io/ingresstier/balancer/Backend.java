package io.ingresstier.balancer;

/**
 * One target of a balancer.
 *
 * @param node the node behind it
 * @param address the pod's address where the target is a pod, empty where it is the node
 * @param weight the balancer's weight, 0–100 or the pod count, as the provider computes it
 */
public record Backend(String node, String address, int weight) {

    /** What tells this target from others: the pod's address, else the node's name. */
    public String identity() {
        return address.isEmpty() ? node : address;
    }
}
