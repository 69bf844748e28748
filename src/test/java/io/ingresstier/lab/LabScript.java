package io.ingresstier.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * The native half of a lab, {@code src/lab/lab.sh}.
 *
 * @param number which of the labs on this machine, 0 to 15
 * @param progress takes what the script says to people, line by line
 */
record LabScript(int number, Consumer<String> progress) {

    private static final int NUMBERS = 16;
    private static final int LINES_IN_ERROR = 20;

    /** Lab {@code -Dlab.number}, else {@code $INGRESSTIER_LAB_NUMBER}, else 0; progress goes to standard error. */
    static LabScript configured() {
        String number = System.getenv().getOrDefault("INGRESSTIER_LAB_NUMBER", "0");
        return new LabScript(Integer.getInteger("lab.number", Integer.parseInt(number)), System.err::println);
    }

    /** A lab so many numbers further, for tests that run side by side; numbers wrap around. */
    LabScript lane(int lane) {
        return new LabScript((number + lane) % NUMBERS, progress);
    }

    /**
     * Runs a command to its end and gives its standard output.
     *
     * @throws IllegalStateException if it fails, with the last lines that it said
     */
    String run(List<String> arguments) {
        try {
            Process process = new ProcessBuilder(command(arguments)).start();
            process.getOutputStream().close();
            var said = new ArrayDeque<String>();
            var output = CompletableFuture.supplyAsync(
                    () -> text(process), task -> Thread.ofVirtual().start(task));
            process.errorReader().lines().forEach(line -> {
                progress.accept(line);
                said.add(line);
                if (said.size() > LINES_IN_ERROR) {
                    said.remove();
                }
            });
            int status = process.waitFor();
            if (status != 0) {
                throw new IllegalStateException("lab.sh " + String.join(" ", arguments) + " failed with status "
                        + status + ":\n" + String.join("\n", said));
            }
            return output.join();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted during lab.sh " + String.join(" ", arguments), e);
        }
    }

    String run(String... arguments) {
        return run(List.of(arguments));
    }

    private List<String> command(List<String> arguments) {
        var command = new ArrayList<String>();
        command.addAll(List.of("bash", project().resolve("src/lab/lab.sh").toString(), "--number", "" + number));
        command.addAll(arguments);
        return command;
    }

    /** The project's folder: Maven tells tests, and everything else is started in it. */
    static Path project() {
        return Path.of(System.getProperty("basedir", "")).toAbsolutePath();
    }

    private static String text(Process process) {
        try (var reader = process.inputReader()) {
            return reader.readAllAsString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
