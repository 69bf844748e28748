package io.ingresstier.workload;

/** Labels and annotations of the tier's DaemonSet. */
public final class WorkloadMarks {

    /** Label of the DaemonSet and of its pods: the tier's name. Alone it is the DaemonSet's selector. */
    public static final String TIER = "ingresstier.io/tier";

    /** Annotation: the uid of the tier, so that a tier made anew under the same name is told apart. */
    public static final String TIER_UID = "ingresstier.io/tier-uid";

    /** Annotation: the version of the rendering. */
    public static final String RENDERING = "ingresstier.io/rendering";

    /** Annotation: hash of the pod template as rendered. */
    public static final String TEMPLATE = "ingresstier.io/template";

    /**
     * Annotation: hash of all that the template was rendered from. Where it is unchanged and only {@link #RENDERING}
     * differs, a new operator version would restart pods for no reason of the user's.
     */
    public static final String SOURCE = "ingresstier.io/source";

    /** Label: who manages the object. */
    public static final String MANAGED_BY = "app.kubernetes.io/managed-by";

    /** The value of {@link #MANAGED_BY}. */
    public static final String OPERATOR = "ingresstier-operator";

    private WorkloadMarks() {}
}
