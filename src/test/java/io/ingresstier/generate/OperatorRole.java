package io.ingresstier.generate;

import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.api.model.rbac.PolicyRuleBuilder;
import java.util.List;

/** What the operator may do, and why. Nothing needs access to Secrets. */
final class OperatorRole {
    private OperatorRole() {}

    /**
     * {@return the rules that hold in the whole cluster: nodes are cluster-scoped, and Services may be in any
     * namespace}
     */
    static List<PolicyRule> everywhere() {
        return List.of(
                // The custom resource itself: the finalizer is patched, the rest is read.
                rule("ingresstier.io", "ingresstiers", "get", "list", "watch", "patch"),
                // Status and conditions, by server-side apply.
                rule("ingresstier.io", "ingresstiers/status", "patch"),
                // Members are labelled, annotated and excluded from load balancers.
                rule("", "nodes", "get", "list", "watch", "patch"),
                // A pod leaves the endpoints when a label is taken off it, and an eviction of an anchor waits no
                // longer.
                // Where host ports keep a new pod off an old one's node, nobody but the operator deletes the old one
                // once it is drained. Pods of incumbents are only read.
                rule("", "pods", "get", "list", "watch", "patch", "delete"),
                // Backend selections are annotations; a selector is narrowed and put back. Never created or deleted.
                rule("", "services", "get", "list", "watch", "patch"),
                // Backends are computed from ready endpoints.
                rule("discovery.k8s.io", "endpointslices", "list", "watch"),
                // The workload of a tier; server-side apply of a new object needs create as well.
                rule("apps", "daemonsets", "get", "list", "watch", "create", "patch", "delete"),
                // Addresses that Ingresses publish must not vanish during a soak.
                rule("networking.k8s.io", "ingresses", "list", "watch"),
                // The incumbent is scaled, never created or deleted; the anchors that make a drain wait are both.
                rule("apps", "deployments", "get", "list", "watch", "create", "patch", "delete"),
                // The budget that lets no eviction take an anchor; others are only read.
                rule("policy", "poddisruptionbudgets", "get", "list", "watch", "create", "patch", "delete"),
                // What sizes the incumbent by itself: it is said, or refused. KEDA's may come and go with its
                // definition.
                rule("autoscaling", "horizontalpodautoscalers", "list", "watch"),
                rule("keda.sh", "scaledobjects", "list", "watch"),
                new PolicyRuleBuilder(rule("apiextensions.k8s.io", "customresourcedefinitions", "list", "watch"))
                        .withResourceNames("scaledobjects.keda.sh")
                        .build(),
                // The recorded originals.
                rule("", "configmaps", "get", "list", "watch", "create", "patch", "delete"),
                // Nothing can be put back in a namespace that is being deleted.
                rule("", "namespaces", "list", "watch"),
                // What happened, on the tier and on nodes.
                rule("", "events", "create"));
    }

    /** {@return the rules that hold in the operator's own namespace} */
    static List<PolicyRule> atHome() {
        return List.of(
                // One replica leads.
                rule("coordination.k8s.io", "leases", "get", "create", "update", "patch"));
    }

    private static PolicyRule rule(String group, String resource, String... verbs) {
        return new PolicyRuleBuilder()
                .withApiGroups(group)
                .withResources(resource)
                .withVerbs(verbs)
                .build();
    }
}
