package io.ingresstier.history;

import io.ingresstier.world.Marks;
import io.ingresstier.world.ObjectKey;
import io.ingresstier.world.PodView;
import io.ingresstier.world.ServiceView;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** I2: the incumbent's replicas are lowered only when enough members serve and the soak is over. */
final class MakeBeforeBreak implements Judge {

    private final Map<ObjectKey, Instant> attached = new HashMap<>();

    @Override
    public String invariant() {
        return "I2";
    }

    @Override
    public Stream<String> see(Change change) {
        var problems = change.ours() && lowered(change) ? unproven(change) : List.<String>of();
        for (ServiceView service : change.after().world().attachable()) {
            if (service.annotations().containsKey(Marks.ATTACHED_AT)) {
                attached.putIfAbsent(service.key(), change.revision().at());
            } else {
                attached.remove(service.key());
            }
        }
        return problems.stream();
    }

    private static boolean lowered(Change change) {
        var before = change.before().world().incumbent();
        int after = change.after().world().incumbent().map(i -> i.replicas()).orElse(0);
        return before.filter(i -> i.replicas() > after).isPresent();
    }

    private List<String> unproven(Change change) {
        var world = change.before().world();
        var problems = new ArrayList<String>();
        int replicas = world.tier().getSpec().nodes().replicas();
        var services = world.attachable();
        long serving = world.members().stream()
                .filter(m -> !m.leaving()
                        && m.labelled()
                        && m.pod().filter(PodView::serving).isPresent())
                .filter(m -> services.stream()
                        .allMatch(s -> change.before()
                                .now()
                                .get(s.key())
                                .reaches(m.pod().get().key())))
                .count();
        if (serving < replicas) {
            problems.add("the incumbent goes while %d of %d members serve".formatted(serving, replicas));
        }
        long soak = world.tier().getSpec().rollout().soakSeconds();
        for (ServiceView service : services) {
            Instant since = attached.getOrDefault(service.key(), Instant.MAX);
            if (since.isAfter(change.revision().at().minusSeconds(soak))) {
                problems.add("the incumbent goes before %d s of soak: %s is attached since %s"
                        .formatted(soak, service.key(), attached.containsKey(service.key()) ? since : "never"));
            }
        }
        return problems;
    }
}
