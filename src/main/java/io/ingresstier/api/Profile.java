package io.ingresstier.api;

/** What kind of ingress controller a tier runs. */
public enum Profile {
    /** The Kubernetes project's ingress-nginx. */
    IngressNginx
}
