package io.ingresstier.balancer;

import io.ingresstier.api.BackendMode;
import io.ingresstier.world.NodeView;
import io.ingresstier.world.PortId;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Why a node is a backend or not, in a sentence about the node. */
final class Explanation {

    private Explanation() {}

    /**
     * The sentence.
     *
     * @param result what the balancer has
     * @param refusal what keeps the node out before endpoints are looked at
     * @param merits what speaks for a node that is a backend
     */
    static String of(NodeView node, Backends result, Optional<String> refusal, String merits) {
        if (refusal.isPresent() && result.error().isEmpty()) {
            return "not a backend: " + refusal.get();
        }
        Optional<String> problem = result.problem();
        if (problem.isPresent()) {
            return "unknown: backends stay as they were, because " + problem.get();
        }
        List<PortId> missing = result.byPort().entrySet().stream()
                .filter(port -> !behind(node, port.getValue()))
                .map(Map.Entry::getKey)
                .sorted()
                .toList();
        if (missing.isEmpty()) {
            return switch (result.mode()) {
                case Cluster -> "is a backend: " + merits;
                case Local -> "is a backend: " + merits + ", hosts a ready endpoint";
                case PodDirect -> "its pods are backends: pods are targets themselves, node filters do not apply";
            };
        }
        String what = result.mode() == BackendMode.Cluster ? "no target of its own" : "hosts no ready endpoint";
        return missing.size() == result.byPort().size()
                ? "not a backend: " + what
                : "not a backend behind " + (missing.size() == 1 ? "port " : "ports ")
                        + String.join(
                                ", ", missing.stream().map(String::valueOf).toList()) + ": " + what;
    }

    private static boolean behind(NodeView node, List<Backend> targets) {
        return targets.stream().anyMatch(t -> t.node().equals(node.name()));
    }
}
