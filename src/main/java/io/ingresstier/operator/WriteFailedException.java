package io.ingresstier.operator;

import io.ingresstier.apply.Written;

/**
 * A write that the API server refused for a reason that planning anew does not mend: tried again later, ever more
 * slowly.
 */
final class WriteFailedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    WriteFailedException(Written written) {
        super("%s failed: %s"
                .formatted(written.action().sentence(), written.problem().orElse("")));
    }
}
