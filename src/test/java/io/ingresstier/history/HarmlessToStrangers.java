package io.ingresstier.history;

import java.util.stream.Stream;

/** I16: no write of the operator's takes the last backend from a Service that the tier does not serve. */
final class HarmlessToStrangers implements Judge {

    @Override
    public String invariant() {
        return "I16";
    }

    @Override
    public Stream<String> see(Change change) {
        return change.ours() ? NeverEmpty.taken(change, change.before().strangers(), 1) : Stream.of();
    }
}
