package io.ingresstier.operator;

import io.ingresstier.api.PlannedAction;
import io.ingresstier.lab.AuditLog.Request;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** The writes of each object, in their order: planned and made are the same if these are equal. */
final class WritesByObject {

    private WritesByObject() {}

    /** What the audit log says was written. */
    static Map<String, List<String>> made(List<Request> writes) {
        var made = new TreeMap<String, List<String>>();
        writes.forEach(w -> note(made, w.resource(), w.name(), w.verb()));
        return made;
    }

    /** What a status says will be written, in the words of the audit log. */
    static Map<String, List<String>> foretold(List<PlannedAction> plan) {
        var foretold = new TreeMap<String, List<String>>();
        for (PlannedAction write : plan) {
            String object = String.valueOf(write.object());
            String kind = object.substring(0, object.indexOf(' '));
            String verb = switch (String.valueOf(write.action())) {
                case "RecordOriginals" -> "create";
                case "ForgetOriginals", "DeleteWorkload", "DeleteAnchors", "DeleteBudget" -> "delete";
                default -> "patch";
            };
            note(
                    foretold,
                    kind.toLowerCase(Locale.ROOT) + "s",
                    object.substring(Math.max(object.indexOf(' '), object.indexOf('/')) + 1),
                    verb);
        }
        return foretold;
    }

    private static void note(Map<String, List<String>> writes, String resource, String name, String verb) {
        writes.computeIfAbsent(resource + " " + name, o -> new ArrayList<>()).add(verb);
    }
}
