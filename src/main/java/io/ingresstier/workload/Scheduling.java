package io.ingresstier.workload;

import io.fabric8.kubernetes.api.model.Affinity;
import io.fabric8.kubernetes.api.model.AffinityBuilder;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Toleration;
import io.fabric8.kubernetes.api.model.TolerationBuilder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** On which nodes tier pods may run. */
final class Scheduling {

    private Scheduling() {}

    /**
     * Ties the pods to the tier's nodes, in place. What keeps pods apart is dropped: required anti-affinity or a
     * {@code DoNotSchedule} spread blocks a tier pod beside an incumbent and the surge pod beside its predecessor. What
     * says on which nodes the controller can run at all (architecture, operating system) is kept.
     */
    static void pin(PodSpec spec, DaemonSetRendering.Input input) {
        var selector =
                new LinkedHashMap<>(Optional.ofNullable(spec.getNodeSelector()).orElse(Map.of()));
        selector.put(input.nodeLabel().key(), input.nodeLabel().value());
        spec.setNodeSelector(selector);
        spec.setAffinity(nodeAffinity(spec.getAffinity()));
        spec.setTopologySpreadConstraints(List.of());
        spec.setNodeName(null);
        // A name for one pod of a Deployment with one replica; members must not share it.
        spec.setHostname(null);
        spec.setTolerations(tolerations(spec, input));
        if (input.controller().priorityClassName() != null) {
            spec.setPriorityClassName(input.controller().priorityClassName());
            // Both come from the inherited class; admission refuses a pod where they contradict the new one.
            spec.setPriority(null);
            spec.setPreemptionPolicy(null);
        }
    }

    private static @Nullable Affinity nodeAffinity(@Nullable Affinity inherited) {
        return inherited == null || inherited.getNodeAffinity() == null
                ? null
                : new AffinityBuilder()
                        .withNodeAffinity(inherited.getNodeAffinity())
                        .build();
    }

    /**
     * The tier's own taint is tolerated before there is one: changing {@code nodes.isolation} then restarts no pod.
     * Duplicates are left out.
     */
    private static List<Toleration> tolerations(PodSpec spec, DaemonSetRendering.Input input) {
        var all = new ArrayList<>(spec.getTolerations());
        var added = new ArrayList<Toleration>();
        added.add(new TolerationBuilder()
                .withKey(input.nodeLabel().key())
                .withOperator("Equal")
                .withValue(input.nodeLabel().value())
                .withEffect("NoSchedule")
                .build());
        added.addAll(input.controller().tolerations());
        for (var toleration : added) {
            if (all.stream().noneMatch(present -> same(present, toleration))) {
                all.add(toleration);
            }
        }
        return all;
    }

    private static boolean same(Toleration a, Toleration b) {
        return explicit(a).equals(explicit(b));
    }

    /** With the operator that the API takes where none is given. */
    private static Toleration explicit(Toleration toleration) {
        return new TolerationBuilder(toleration)
                .withOperator(Optional.ofNullable(toleration.getOperator()).orElse("Equal"))
                .withValue(Optional.ofNullable(toleration.getValue()).orElse(""))
                .build();
    }
}
