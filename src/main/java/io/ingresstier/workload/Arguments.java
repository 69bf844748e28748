package io.ingresstier.workload;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Command line arguments in the form {@code --flag=value}, {@code --flag value} or {@code --flag}. */
final class Arguments {

    private Arguments() {}

    /** The names of the flags among these arguments, with their dashes. */
    static Set<String> flags(List<String> arguments) {
        return arguments.stream()
                .filter(Arguments::isFlag)
                .map(Arguments::name)
                .collect(Collectors.toUnmodifiableSet());
    }

    /** The arguments without these flags and their values. */
    static List<String> without(List<String> arguments, Set<String> flags) {
        var kept = new ArrayList<String>();
        var valueOfDropped = false;
        for (var argument : arguments) {
            if (isFlag(argument)) {
                var dropped = flags.contains(name(argument));
                valueOfDropped = dropped && !argument.contains("=");
                if (!dropped) {
                    kept.add(argument);
                }
            } else {
                // Controllers take no positional arguments after a flag: what follows a bare flag is its value.
                if (!valueOfDropped) {
                    kept.add(argument);
                }
                valueOfDropped = false;
            }
        }
        return kept;
    }

    /** The value given to a flag, the last where there are several; empty where there is none. */
    static Optional<String> value(List<String> arguments, String flag) {
        Optional<String> value = Optional.empty();
        for (int i = 0; i < arguments.size(); i++) {
            String argument = arguments.get(i);
            if (argument.startsWith(flag + "=")) {
                value = Optional.of(argument.substring(flag.length() + 1));
            } else if (argument.equals(flag) && i + 1 < arguments.size() && !isFlag(arguments.get(i + 1))) {
                value = Optional.of(arguments.get(i + 1));
            }
        }
        return value;
    }

    private static boolean isFlag(String argument) {
        return argument.startsWith("--") && argument.length() > 2;
    }

    private static String name(String flag) {
        var equals = flag.indexOf('=');
        return equals < 0 ? flag : flag.substring(0, equals);
    }
}
