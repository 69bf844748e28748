package io.ingresstier.lanes;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.junit.platform.suite.api.SelectClasses;
import org.w3c.dom.Element;
import org.xml.sax.SAXException;

/** What the reports of a check say, as a table for people: a row a level and a lane, and the ten longest classes. */
final class CheckTable {

    private static final int LONGEST = 10;
    private static final List<String> LANES =
            List.of("ApiLane1", "ApiLane2", "ApiLane3", "ApiLane4", "LabLane1", "LabLane2");

    private CheckTable() {}

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
     * Prints the table.
     *
     * @param arguments none
     */
    public static void main(String[] arguments) {
        Path target = Path.of("target");
        List<Report> unit = reports(target.resolve("surefire-reports"));
        Map<String, Report> rest =
                reports(target.resolve("failsafe-reports")).stream().collect(Collectors.toMap(Report::name, r -> r));
        System.out.println("%n%-10s %6s %7s %8s %8s".formatted("level", "tests", "failed", "skipped", "seconds"));
        print("unit", unit, unit.stream().mapToDouble(Report::seconds).sum());
        var lanes = new TreeMap<String, List<Report>>();
        LANES.forEach(lane -> lanes.put(
                lane, classes(lane).map(rest::get).filter(r -> r != null).toList()));
        for (String level : List.of("Api", "Lab")) {
            var ran = lanes.keySet().stream().filter(l -> l.startsWith(level)).toList();
            print(
                    level.toLowerCase(Locale.ROOT),
                    ran.stream().flatMap(l -> lanes.get(l).stream()).toList(),
                    ran.stream().mapToDouble(l -> seconds(rest, l)).max().orElse(0));
            ran.forEach(l -> print("  " + l, lanes.get(l), seconds(rest, l)));
        }
        System.out.println("%nThe longest:".formatted());
        Stream.concat(unit.stream(), lanes.values().stream().flatMap(List::stream))
                .sorted(Comparator.comparingDouble(Report::seconds).reversed())
                .limit(LONGEST)
                .forEach(r -> System.out.println("%8.1f  %s".formatted(r.seconds(), r.simpleName())));
    }

    private static void print(String what, List<Report> reports, double seconds) {
        System.out.println("%-10s %,6d %7d %8d %8.1f"
                .formatted(
                        what,
                        reports.stream().mapToInt(Report::tests).sum(),
                        reports.stream().mapToInt(Report::failed).sum(),
                        reports.stream().mapToInt(Report::skipped).sum(),
                        seconds));
    }

    /** Of a lane as a whole: with its lab, and what is cleaned between its tests. */
    private static double seconds(Map<String, Report> reports, String lane) {
        Report report = reports.get(CheckTable.class.getPackageName() + "." + lane);
        return report == null ? 0 : report.seconds();
    }

    private static Stream<String> classes(String lane) {
        try {
            return Stream.of(Class.forName(CheckTable.class.getPackageName() + "." + lane)
                    .getAnnotation(SelectClasses.class)
                    .names());
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(e);
        }
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
