package io.ingresstier.history;

/** One write as one tier is concerned: the cluster right before and right after. */
record Change(Revision revision, Picture before, Picture after) {

    boolean ours() {
        return revision.ours();
    }
}
