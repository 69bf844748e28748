package io.ingresstier.workload;

import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.api.model.apps.DaemonSetBuilder;
import io.fabric8.kubernetes.api.model.apps.DaemonSetUpdateStrategy;
import io.fabric8.kubernetes.api.model.apps.DaemonSetUpdateStrategyBuilder;
import io.ingresstier.api.ControllerSpec;
import io.ingresstier.api.NodeLabel;
import io.ingresstier.api.RolloutSpec;
import io.ingresstier.world.Marks;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The tier's DaemonSet, as it is sent by server-side apply: only fields that the operator owns, so that applying it
 * again changes nothing.
 */
public final class DaemonSetRendering {

    /**
     * The version of the rendering. To be raised by any change that gives another template for the same input: that
     * change restarts pods that nobody asked to restart.
     */
    public static final String VERSION = "2";

    private static final long SLEEP_SECONDS = 15;

    private DaemonSetRendering() {}

    /**
     * All that the DaemonSet depends on.
     *
     * @param tier name of the tier
     * @param tierUid uid of the tier
     * @param controller namespace and name of the DaemonSet, and the overlay
     * @param nodeLabel the label of the tier's nodes
     * @param rollout {@code minReadySeconds} and {@code drainSeconds} count
     * @param inherited the pod template of the incumbent, of its record, or of the profile; never changed
     * @param incumbentLabels labels of the incumbent's pods that run now, where there are any
     * @param podDirect the balancer sends to pods, past the nodes' proxies
     * @param settleBound by when the balancer has taken a change over
     */
    public record Input(
            String tier,
            String tierUid,
            ControllerSpec controller,
            NodeLabel nodeLabel,
            RolloutSpec rollout,
            PodTemplateSpec inherited,
            Map<String, String> incumbentLabels,
            boolean podDirect,
            Duration settleBound) {

        public Input {
            inherited = CanonicalJson.copy(inherited, PodTemplateSpec.class);
            incumbentLabels = Map.copyOf(incumbentLabels);
        }

        /**
         * How long a pod goes on serving after it was told to stop, in seconds. Pod-direct, the balancer itself must
         * notice, which takes it the settle bound; proxies on the nodes are no faster for that, so it is never shorter
         * than without.
         */
        public long sleepSeconds() {
            return podDirect ? Math.max(SLEEP_SECONDS, settleSeconds()) : SLEEP_SECONDS;
        }

        /**
         * How long a pod must be ready before the rollout goes on, in seconds. Pod-direct, the next pod must not stop
         * before the balancer's health checks have let this one in.
         */
        public long minReadySeconds() {
            long asked = rollout.minReadySeconds();
            return podDirect ? Math.max(asked, settleSeconds()) : asked;
        }

        private long settleSeconds() {
            return settleBound.plusNanos(999_999_999).toSeconds();
        }
    }

    /** The DaemonSet; shares nothing with the input. */
    public static DaemonSet render(Input input) {
        var template = TemplateRendering.render(input);
        var revision = CanonicalJson.hash(template);
        // On the pods, but in no selector: a pod says what it was made from, and an old one belongs to the tier as
        // well.
        var labels = new TreeMap<>(template.getMetadata().getLabels());
        labels.put(Marks.TEMPLATE, revision);
        template.getMetadata().setLabels(labels);
        var daemonSet = new DaemonSetBuilder()
                .withNewMetadata()
                .withNamespace(input.controller().namespace())
                .withName(input.controller().name())
                .addToLabels(Marks.TIER, input.tier())
                .addToLabels(WorkloadMarks.MANAGED_BY, WorkloadMarks.OPERATOR)
                .addToAnnotations(Marks.TIER_UID, input.tierUid())
                .addToAnnotations(WorkloadMarks.RENDERING, VERSION)
                .addToAnnotations(Marks.TEMPLATE, revision)
                .addToAnnotations(WorkloadMarks.SOURCE, CanonicalJson.hash(source(input)))
                .endMetadata()
                .withNewSpec()
                // The tier's key alone: a pod without the Service's label leaves the endpoints and stays a member's
                // pod.
                .withNewSelector()
                .addToMatchLabels(Marks.TIER, input.tier())
                .endSelector()
                .withMinReadySeconds(Math.toIntExact(input.minReadySeconds()))
                .withUpdateStrategy(updateStrategy(template))
                .withTemplate(template)
                .endSpec()
                .build();
        return CanonicalJson.copy(daemonSet, DaemonSet.class);
    }

    /**
     * With a surge a node always keeps a ready local endpoint. Where an old pod's host ports keep the new one off the
     * node there is no surge, and deleting first would drop connections: the operator restarts pods one by one,
     * balancer first.
     */
    private static DaemonSetUpdateStrategy updateStrategy(PodTemplateSpec template) {
        if (HostPorts.blocksNode(template)) {
            return new DaemonSetUpdateStrategyBuilder().withType("OnDelete").build();
        }
        return new DaemonSetUpdateStrategyBuilder()
                .withType("RollingUpdate")
                .withNewRollingUpdate()
                .withNewMaxSurge(1)
                .withNewMaxUnavailable(0)
                .endRollingUpdate()
                .build();
    }

    /** What the template is rendered from, and nothing that it does not depend on. */
    private static Map<String, Object> source(Input input) {
        var controller = input.controller();
        var source = new TreeMap<String, Object>();
        source.put("tier", input.tier());
        source.put(
                "nodeLabel", Map.of(input.nodeLabel().key(), input.nodeLabel().value()));
        source.put("inherited", input.inherited());
        source.put("incumbentLabels", TemplateRendering.withoutRevisions(input.incumbentLabels()));
        source.put("sleepSeconds", input.sleepSeconds());
        source.put("drainSeconds", input.rollout().drainSeconds());
        source.put("extraArgs", controller.extraArgs());
        source.put("tolerations", controller.tolerations());
        Optional.ofNullable(controller.image()).ifPresent(image -> source.put("image", image));
        Optional.ofNullable(controller.serviceAccountName()).ifPresent(name -> source.put("serviceAccountName", name));
        Optional.ofNullable(controller.resources()).ifPresent(resources -> source.put("resources", resources));
        Optional.ofNullable(controller.priorityClassName()).ifPresent(name -> source.put("priorityClassName", name));
        return source;
    }
}
