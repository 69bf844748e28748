package io.ingresstier.world;

import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Writers that put back what they have in their own configuration, and what to add there so that they do not. */
public enum Rival {
    /** Argo CD, by its tracking annotation ({@code docs/user-guide/resource_tracking.md}). */
    ARGO_CD(
            "Argo CD",
            "argocd",
            "add the field to spec.ignoreDifferences of its Application, with RespectIgnoreDifferences=true among the syncOptions"),
    /** Flux's controller for Kustomizations, by the labels that it sets. */
    FLUX_KUSTOMIZE(
            "Flux",
            "kustomize-controller",
            "take the field out of the manifest and annotate the object with kustomize.toolkit.fluxcd.io/ssa: Merge"),
    /** Flux's controller for HelmReleases, by the labels that it sets. */
    FLUX_HELM("Flux", "helm-controller", "add the field to spec.driftDetection.ignore of its HelmRelease"),
    /** Helm, by the label that charts set. */
    HELM("Helm", "helm", "leave the field out of the release's values, or the next upgrade puts it back");

    private final String title;
    private final String manager;
    private final String advice;

    Rival(String title, String manager, String advice) {
        this.title = title;
        this.manager = manager;
        this.advice = advice;
    }

    /** What people call it. */
    public String title() {
        return title;
    }

    /** What to change in its configuration, as the end of a sentence. */
    public String advice() {
        return advice;
    }

    /** The writer that has left its marks on an object. */
    public static Optional<Rival> of(Map<String, String> labels, Map<String, String> annotations) {
        if (annotations.containsKey("argocd.argoproj.io/tracking-id")
                || labels.containsKey("argocd.argoproj.io/instance")) {
            return Optional.of(ARGO_CD);
        }
        if (labels.containsKey("kustomize.toolkit.fluxcd.io/name")) {
            return Optional.of(FLUX_KUSTOMIZE);
        }
        if (labels.containsKey("helm.toolkit.fluxcd.io/name")) {
            return Optional.of(FLUX_HELM);
        }
        return "Helm".equals(labels.get("app.kubernetes.io/managed-by")) ? Optional.of(HELM) : Optional.empty();
    }

    /** The writer behind a field manager's name. */
    public static Optional<Rival> of(String fieldManager) {
        return Stream.of(values())
                .filter(rival -> fieldManager.startsWith(rival.manager))
                .findFirst();
    }
}
