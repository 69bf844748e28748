package io.ingresstier.balancer;

/**
 * A target before it is weighed.
 *
 * @param server what the cloud calls it: an instance's id or an address; empty for a pod that the cloud finds by its
 *     network interface
 * @param node the node's name, empty where an endpoint does not say
 * @param address the pod's address, empty for a node
 */
record AlibabaTarget(Kind kind, String server, String node, String address) {

    /** How the cloud finds a target. */
    enum Kind {
        /** An instance, by its id. */
        INSTANCE,
        /** A pod, by its network interface. */
        INTERFACE,
        /** An address, whatever has it. */
        ADDRESS
    }
}
