package io.ingresstier.balancer;

import io.ingresstier.api.BackendMode;
import io.ingresstier.world.ServicePortView;
import io.ingresstier.world.ServiceView;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;

/**
 * The server group behind one port: how its targets are named and weighed.
 *
 * @param byAddress targets are IP addresses, not instances (NLB's {@code server-group-type: Ip})
 * @param total the weight that all targets share, where the user reuses a server group and says so
 * @param each the weight of a target in Cluster and pod-direct mode, {@code default-weight}
 */
record AlibabaGroup(AlibabaBalancer balancer, boolean byAddress, OptionalInt total, OptionalInt each) {

    private static final int DEFAULT_WEIGHT = 100;

    /**
     * Reads the group from the Service's annotations.
     *
     * @throws FrozenException for values that stop the controller
     */
    static AlibabaGroup of(AlibabaBalancer balancer, AlibabaConfig config, ServiceView service, ServicePortView port)
            throws FrozenException {
        // The order of the checks is the controllers': the first error is the one that is reported.
        return switch (balancer) {
            case CLB -> {
                OptionalInt total = reused(config, service, port);
                yield new AlibabaGroup(balancer, false, total, weight(service, "default-weight"));
            }
            case NLB -> {
                boolean byAddress = byAddress(service);
                timeout(service);
                OptionalInt each = weight(service, "default-weight");
                yield new AlibabaGroup(balancer, byAddress, reused(config, service, port), each);
            }
        };
    }

    private static boolean byAddress(ServiceView service) throws FrozenException {
        String type = AlibabaAnnotations.text(service, "server-group-type");
        return switch (type.toLowerCase(Locale.ROOT)) {
            case "ip" -> true;
            case "", "instance" -> false;
            default -> throw new FrozenException("server-group-type", "server-group-type \"" + type + "\" is unknown");
        };
    }

    private static void timeout(ServiceView service) throws FrozenException {
        String timeout = AlibabaAnnotations.text(service, AlibabaAnnotations.DRAIN_TIMEOUT);
        if (!timeout.isEmpty() && AlibabaAnnotations.integer(timeout).isEmpty()) {
            throw new FrozenException(
                    "connection-drain-timeout", "connection-drain-timeout \"" + timeout + "\" is not a number");
        }
    }

    /**
     * {@code vgroup-port: <group>:<port>,…} means anything only on a balancer that the user brought, as does
     * {@code weight}.
     */
    private static OptionalInt reused(AlibabaConfig config, ServiceView service, ServicePortView port)
            throws FrozenException {
        String groups = AlibabaAnnotations.text(service, "vgroup-port");
        if (AlibabaAnnotations.text(service, "id").isEmpty() || groups.isEmpty()) {
            return OptionalInt.empty();
        }
        for (String group : groups.split(",", -1)) {
            String[] pair = group.split(":", -1);
            if (pair.length < 2) {
                throw new FrozenException("vgroup-port", "vgroup-port has \"" + group + "\", which is not group:port");
            }
            if (pair[1].equals(Integer.toString(port.port()))) {
                if (config.unknownGroups().contains(pair[0])) {
                    throw new FrozenException("vgroup-not-found", "server group " + pair[0] + " does not exist");
                }
                break;
            }
        }
        return weight(service, "weight");
    }

    private static OptionalInt weight(ServiceView service, String suffix) throws FrozenException {
        String text = AlibabaAnnotations.text(service, suffix);
        if (text.isEmpty()) {
            return OptionalInt.empty();
        }
        OptionalInt weight = AlibabaAnnotations.integer(text);
        if (weight.isEmpty() || weight.getAsInt() < 0 || weight.getAsInt() > 100) {
            throw new FrozenException(suffix, suffix + " \"" + text + "\" is not a whole number from 0 to 100");
        }
        return weight;
    }

    /** Weights as podNumberAlgorithm and podPercentAlgorithm give them, in whole numbers rounded down. */
    List<Backend> weigh(BackendMode mode, List<AlibabaTarget> targets) {
        Map<String, Integer> pods = podsPerServer(targets);
        return targets.stream()
                .map(t -> new Backend(t.node(), t.address(), weight(mode, t, pods, targets.size())))
                .toList();
    }

    private int weight(BackendMode mode, AlibabaTarget target, Map<String, Integer> pods, int targets) {
        boolean instance = target.kind() == AlibabaTarget.Kind.INSTANCE;
        boolean local = mode == BackendMode.Local;
        // An instance without an id (providerID "region.") has no pods by the controller's count.
        int share = local && instance ? pods.getOrDefault(target.server(), 0) : 1;
        if (total.isEmpty()) {
            return local ? share : each.orElse(DEFAULT_WEIGHT);
        }
        if (total.getAsInt() == 0) {
            return 0;
        }
        int weight = total.getAsInt() * share / targets;
        // CLB forgets to raise the weight of a virtual node's pod to 1 in Local mode.
        boolean raised = instance || !local || balancer == AlibabaBalancer.NLB;
        return raised ? Math.max(1, weight) : weight;
    }

    private static Map<String, Integer> podsPerServer(List<AlibabaTarget> targets) {
        var pods = new HashMap<String, Integer>();
        targets.stream()
                .map(AlibabaTarget::server)
                .filter(s -> !s.isEmpty())
                .forEach(s -> pods.merge(s, 1, Integer::sum));
        return pods;
    }
}
