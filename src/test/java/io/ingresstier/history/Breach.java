package io.ingresstier.history;

/**
 * An invariant that did not hold.
 *
 * @param invariant its number in the design
 * @param revision the write that broke it
 * @param what what is wrong, in words
 */
record Breach(String invariant, Revision revision, String what) {

    @Override
    public String toString() {
        return "%s: %s; %s".formatted(invariant, what, revision);
    }
}
