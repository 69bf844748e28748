package io.ingresstier.lab;

import java.util.List;

/**
 * What serves ingress traffic in a lab, as the person sees it who runs the cluster: a tier, or what people have without
 * one.
 */
interface IngressLayer extends AutoCloseable {

    /** The nodes that serve. */
    List<String> nodes();

    /** Asks for so many nodes that serve. */
    void scale(int nodes);

    /** Asks for another image of the controller. */
    void image(String image);

    /** Whether all that was asked for is done and nothing is under way, beyond what its pods show. */
    boolean settled();

    @Override
    void close();
}
