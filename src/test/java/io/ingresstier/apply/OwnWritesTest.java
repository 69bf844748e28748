package io.ingresstier.apply;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class OwnWritesTest {

    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final String NODE = "Node/n1";

    private final OwnWrites writes = new OwnWrites();

    @Test
    void aWriteIsWaitedForUntilItsRevisionOrALaterOneIsSeen() {
        writes.made(NODE, Optional.of("100"), true, NOW);
        assertThat(writes.caughtUp(NOW, object -> Optional.of("99"))).isFalse();
        assertThat(writes.caughtUp(NOW, object -> Optional.of("1000"))).isTrue();
        assertThat(writes.caughtUp(NOW, object -> Optional.of("99"))).isTrue();
    }

    @Test
    void anObjectThatIsDeletedAfterTheWriteStopsNoPlanning() {
        writes.made(NODE, Optional.of("100"), true, NOW);
        assertThat(writes.caughtUp(NOW, object -> Optional.empty())).isTrue();
    }

    @Test
    void aDeletionIsWaitedForUntilTheObjectIsGone() {
        writes.made(NODE, Optional.empty(), true, NOW);
        assertThat(writes.caughtUp(NOW, object -> Optional.of("100"))).isFalse();
        assertThat(writes.caughtUp(NOW, object -> Optional.empty())).isTrue();
    }

    @Test
    void aCreationIsWaitedForUntilItIsSeenButNotForEver() {
        writes.made(NODE, Optional.of("100"), false, NOW);
        assertThat(writes.caughtUp(NOW.plusSeconds(9), object -> Optional.empty()))
                .isFalse();
        assertThat(writes.caughtUp(NOW.plusSeconds(10), object -> Optional.empty()))
                .isTrue();
    }
}
