package io.ingresstier.history;

import java.util.stream.Stream;

/** One invariant, judged write by write. An instance sees the writes of one history of one tier, in order. */
interface Judge {

    /** Its number in the design. */
    String invariant();

    /** What is wrong with this write, or with what it leads to, in words. */
    Stream<String> see(Change change);
}
