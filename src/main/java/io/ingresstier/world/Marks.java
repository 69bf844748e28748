package io.ingresstier.world;

/** Every label and annotation that the operator writes or reads by name. */
public final class Marks {

    /** Label: the tier that an object belongs to. On nodes an annotation, so that no selector ever depends on it. */
    public static final String TIER = "ingresstier.io/tier";
    /** Annotation or label: uid of that tier; a new tier of the same name is not the same tier. */
    public static final String TIER_UID = "ingresstier.io/tier-uid";
    /** Node annotation: when the node was claimed. */
    public static final String CLAIMED_AT = "ingresstier.io/claimed-at";
    /** Node annotation: what the first claim found there already, and what is therefore never removed. */
    public static final String FOUND = "ingresstier.io/found";
    /** Value of {@link #FOUND}: the role label was there. */
    public static final String FOUND_LABEL = "label";
    /** Node annotation: when the node was excluded from balancers. */
    public static final String EXCLUDED_AT = "ingresstier.io/excluded-at";
    /** Node annotation: when balancers were let use the node again; they take a while to. */
    public static final String INCLUDED_AT = "ingresstier.io/included-at";
    /**
     * Node annotation: the taint that the tier put on, as {@code key=value:effect}; one that was found is not told
     * here.
     */
    public static final String TAINTED = "ingresstier.io/tainted";
    /** Node annotation: the tier took the role label off. */
    public static final String RELEASED = "ingresstier.io/released";
    /** Node annotation, for scripts: nothing is lost when the node goes away now; since when. */
    public static final String DRAINED = "ingresstier.io/drained";
    /** Node annotation: tier and rendered template, {@code tier/hash}, whose pod did not become ready here in time. */
    public static final String FAILED = "ingresstier.io/failed";
    /** Pod annotation: when the pod was taken out of its Services. */
    public static final String DETACHED_AT = "ingresstier.io/detached-at";
    /**
     * Pod annotation: it was no endpoint then, for it had not been ready since this time; it may be ready again since.
     */
    public static final String DETACHED_UNREADY = "ingresstier.io/detached-unready";
    /**
     * Service annotation: when the backend selection was written. Pod annotation: when it was put into its Services
     * again.
     */
    public static final String ATTACHED_AT = "ingresstier.io/attached-at";
    /** Service annotation: when connection draining was turned on. */
    public static final String DRAINING_ON_AT = "ingresstier.io/draining-on-at";
    /** Service annotation: the values written to turn it on, to tell them from what somebody else wrote since. */
    public static final String DRAINING = "ingresstier.io/draining";
    /** Service annotation: when the selector was narrowed to tier pods. */
    public static final String NARROWED_AT = "ingresstier.io/narrowed-at";
    /** Service annotation: when the backend selection was put back. */
    public static final String RESTORED_AT = "ingresstier.io/restored-at";
    /** Service annotation: the provider's sync hash at the time of our write, to see it move. */
    public static final String HASH_BEFORE = "ingresstier.io/hash-before";
    /** Label of the originals: how the incumbent was retired; written before the act. */
    public static final String RETIRED = "ingresstier.io/retired";
    /** Label of the originals: the generation that is rolled back, or was; written before the act. */
    public static final String ROLLED_BACK = "ingresstier.io/rolled-back";
    /** Annotation of the originals: when the rollback was decided. */
    public static final String ROLLED_BACK_AT = "ingresstier.io/rolled-back-at";
    /** Annotation of the originals: why, for people. */
    public static final String ROLLED_BACK_BECAUSE = "ingresstier.io/rolled-back-because";
    /** Annotation of the tier, set by people: the generation to roll back. */
    public static final String ROLLBACK = "ingresstier.io/rollback";
    /**
     * Label of the drain guard's objects and pods: the tier that they belong to. Not {@link #TIER}: a Service that is
     * narrowed selects by that, and an anchor serves nothing.
     */
    public static final String ANCHOR = "ingresstier.io/anchor";
    /** Label of an anchor that no eviction may take yet: what the budget selects. */
    public static final String HELD = "ingresstier.io/held";
    /** Kubernetes' own pod annotation: of two ready pods a ReplicaSet gives up the one with the lower cost first. */
    public static final String DELETION_COST = "controller.kubernetes.io/pod-deletion-cost";
    /** Finalizer of the tier: deletion waits for the restore. */
    public static final String FINALIZER = "ingresstier.io/restore";
    /** Annotation of the tier, set by people: the generation that may be attached. */
    public static final String APPROVE = "ingresstier.io/approve";

    /** Annotation of the tier, set by people: {@code "true"} lets a deletion through without waiting for anything. */
    public static final String FORCE_DELETE = "ingresstier.io/force-delete";

    /**
     * Annotation of the DaemonSet and label of the pods that are made from it: hash of the rendered pod template
     * without that label.
     */
    public static final String TEMPLATE = "ingresstier.io/template";

    /**
     * The standard label that takes a node out of every balancer; set by presence, never with the value {@code false}.
     */
    public static final String EXCLUDE = "node.kubernetes.io/exclude-from-external-load-balancers";
    /** The standard label of control-plane nodes. */
    public static final String CONTROL_PLANE = "node-role.kubernetes.io/control-plane";

    private Marks() {}
}
