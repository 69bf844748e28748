package io.ingresstier.api;

/** Shapes of Kubernetes names, as regular expressions inside CEL strings. */
final class Names {
    static final int MAX_LABEL = 63;
    static final int MAX_SUBDOMAIN = 253;
    /** A prefix, a slash, a name. */
    static final int MAX_QUALIFIED_NAME = MAX_SUBDOMAIN + 1 + MAX_LABEL;

    static final String DNS_LABEL = "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$";
    static final String DNS_SUBDOMAIN = "^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$";
    static final String LABEL_VALUE = "^[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$";
    static final String QUALIFIED_NAME =
            "^([a-z0-9]([-a-z0-9]*[a-z0-9])?([.][a-z0-9]([-a-z0-9]*[a-z0-9])?)*/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$";
    /** What comes before the first slash, if there is one, is no longer than a DNS subdomain. */
    static final String SHORT_PREFIX = ".indexOf('/') <= " + MAX_SUBDOMAIN;

    static final String QUANTITY = "^([0-9]+([.][0-9]*)?|[.][0-9]+)([KMGTPE]i|[numkMGTPE]|[eE][-+]?[0-9]{1,2})?$";

    private Names() {}
}
