package io.ingresstier.workload;

/** Labels and annotations of the tier's DaemonSet. */
public final class WorkloadMarks {

    /** Annotation: the version of the rendering. */
    public static final String RENDERING = "ingresstier.io/rendering";

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
