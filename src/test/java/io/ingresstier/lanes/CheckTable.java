package io.ingresstier.lanes;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.junit.platform.suite.api.SelectClasses;
import org.w3c.dom.Element;
import org.xml.sax.SAXException;

/** What the reports of a check say, as a table for people: a row a level and a lane, and the ten longest classes. */
final class CheckTable {

    /** The lanes of each level, by its name in the table and in Maven's profiles. */
    static final Map<String, List<Class<?>>> LANES = Map.of(
            "api", List.of(ApiLane1.class, ApiLane2.class, ApiLane3.class, ApiLane4.class),
            "lab", List.of(LabLane1.class, LabLane2.class));

    private static final int LONGEST = 10;

    private final PrintStream out = System.out;
    private final List<Report> shown = new ArrayList<>();
    private final Map<String, Report> reports;

    private CheckTable(Collection<Report> reports) {
        this.reports = reports.stream().collect(Collectors.toMap(Report::name, r -> r));
    }

    /** One report: of a class, or of a lane as a whole. */
    private record Report(String name, int tests, int failed, int skipped, double seconds) {

        static Report read(Path file) {
            try {
                Element suite = DocumentBuilderFactory.newInstance()
                        .newDocumentBuilder()
                        .parse(file.toFile())
                        .getDocumentElement();
                return new Report(
                        suite.getAttribute("name"),
                        number(suite, "tests"),
                        number(suite, "failures") + number(suite, "errors"),
                        number(suite, "skipped"),
                        Double.parseDouble(suite.getAttribute("time").replace(",", "")));
            } catch (IOException | ParserConfigurationException | SAXException e) {
                throw new IllegalStateException("report " + file + " cannot be read", e);
            }
        }

        private static int number(Element suite, String attribute) {
            return Integer.parseInt(suite.getAttribute(attribute));
        }

        String simpleName() {
            return name.substring(name.lastIndexOf('.') + 1);
        }
    }

    /**
     * Prints the table. Exits with 1 where a class that a lane lists has no report: it did not run, or not to its end.
     *
     * @param levels those that ran besides the unit tests: {@code api}, {@code lab}
     */
    public static void main(String[] levels) {
        Path target = Path.of("target");
        List<Report> unit = reports(target.resolve("surefire-reports"));
        var table = new CheckTable(reports(target.resolve("failsafe-reports")));
        table.head();
        table.row("unit", unit, unit.stream().mapToDouble(Report::seconds).sum());
        var missing =
                Stream.of(levels).flatMap(level -> table.level(level).stream()).toList();
        table.longest(unit);
        missing.forEach(name -> System.err.println("no report of " + name));
        System.exit(missing.isEmpty() ? 0 : 1);
    }

    private void head() {
        out.println("%n%-10s %6s %7s %8s %8s".formatted("level", "tests", "failed", "skipped", "seconds"));
    }

    /** Prints a level, which takes as long as its longest lane, and its lanes; gives the classes without a report. */
    private List<String> level(String level) {
        var lanes = LANES.get(level);
        var ran = lanes.stream().flatMap(this::ran).toList();
        row(level, ran, lanes.stream().mapToDouble(this::seconds).max().orElse(0));
        lanes.forEach(lane -> row("  " + lane.getSimpleName(), ran(lane).toList(), seconds(lane)));
        lanes.stream()
                .flatMap(CheckTable::classes)
                .map(reports::get)
                .filter(Objects::nonNull)
                .forEach(shown::add);
        return lanes.stream()
                .flatMap(CheckTable::classes)
                .filter(name -> !reports.containsKey(name))
                .toList();
    }

    private void longest(List<Report> unit) {
        out.println("%nThe longest:".formatted());
        Stream.concat(unit.stream(), shown.stream())
                .sorted(Comparator.comparingDouble(Report::seconds).reversed())
                .limit(LONGEST)
                .forEach(r -> out.println("%8.1f  %s".formatted(r.seconds(), r.simpleName())));
    }

    private void row(String what, List<Report> ran, double seconds) {
        out.println("%-10s %,6d %7d %8d %8.1f"
                .formatted(
                        what,
                        ran.stream().mapToInt(Report::tests).sum(),
                        ran.stream().mapToInt(Report::failed).sum(),
                        ran.stream().mapToInt(Report::skipped).sum(),
                        seconds));
    }

    /** The lane itself is among them: where its lab does not come up or go down, that is its own failure. */
    private Stream<Report> ran(Class<?> lane) {
        return Stream.concat(Stream.of(lane.getName()), classes(lane))
                .map(reports::get)
                .filter(Objects::nonNull);
    }

    /** Of a lane as a whole: with its lab, and what is cleaned between its tests. */
    private double seconds(Class<?> lane) {
        Report report = reports.get(lane.getName());
        return report == null ? 0 : report.seconds();
    }

    /** The names of the classes that a lane lists. */
    static Stream<String> classes(Class<?> lane) {
        return Stream.of(lane.getAnnotation(SelectClasses.class).names());
    }

    private static List<Report> reports(Path folder) {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (var files = Files.list(folder)) {
            return files.filter(f -> f.getFileName().toString().matches("TEST-.*\\.xml"))
                    .map(Report::read)
                    .toList();
        } catch (IOException e) {
            throw new IllegalStateException("the reports in " + folder + " cannot be listed", e);
        }
    }
}
