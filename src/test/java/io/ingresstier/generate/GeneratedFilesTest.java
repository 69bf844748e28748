package io.ingresstier.generate;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class GeneratedFilesTest {
    static Set<Path> files() {
        return GeneratedFiles.contents().keySet();
    }

    @ParameterizedTest
    @MethodSource("files")
    void committed_file_is_what_the_sources_generate(Path file) {
        assertThat(file)
                .as("%s differs from what is generated: run make generate", file)
                .content()
                .isEqualTo(GeneratedFiles.contents().get(file));
    }

    @Test
    void generating_twice_gives_the_same() {
        assertThat(GeneratedFiles.contents()).isEqualTo(GeneratedFiles.contents());
    }
}
