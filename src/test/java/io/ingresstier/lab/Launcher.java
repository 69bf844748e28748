package io.ingresstier.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * Writes a script that starts a program of the test tree on the JDK and class path that Maven selected, so that the
 * program itself runs without Maven around it: Ctrl-C reaches it, and a failure ends with its own words.
 */
final class Launcher {

    private Launcher() {}

    public static void main(String[] arguments) throws IOException {
        Path script = Path.of(arguments[0]);
        Files.writeString(
                script, """
                #!/bin/sh
                exec '%s/bin/java' -classpath '%s' "$@"
                """.formatted(System.getProperty("java.home"), System.getProperty("java.class.path")));
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}
