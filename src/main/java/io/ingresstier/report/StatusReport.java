package io.ingresstier.report;

import io.ingresstier.api.EffectiveValues;
import io.ingresstier.api.IncumbentRef;
import io.ingresstier.api.IngressTierStatus;
import io.ingresstier.api.LoadBalancerStatus;
import io.ingresstier.api.Mode;
import io.ingresstier.api.NodeState;
import io.ingresstier.api.NodeStatus;
import io.ingresstier.api.OriginalsRef;
import io.ingresstier.api.Provider;
import io.ingresstier.api.TakeoverStatus;
import io.ingresstier.apply.Written;
import io.ingresstier.balancer.Backends;
import io.ingresstier.guard.Floor;
import io.ingresstier.plan.Forecast;
import io.ingresstier.plan.Plan;
import io.ingresstier.plan.Situation;
import io.ingresstier.plan.Soak;
import io.ingresstier.world.Action;
import io.ingresstier.world.Marks;
import io.ingresstier.world.Originals;
import io.ingresstier.world.OriginalsAction;
import io.ingresstier.world.Rollback;
import io.ingresstier.world.ServiceView;
import io.ingresstier.world.World;
import io.ingresstier.world.WriteHistory;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The status of a tier: a pure function of the picture, the plan and what became of its writes. */
public final class StatusReport {

    private StatusReport() {}

    /** The status of a tier that is seen for the first time. */
    public static IngressTierStatus firstSight(World world) {
        var empty = IngressTierStatus.unknown();
        return new IngressTierStatus(
                null,
                null,
                null,
                null,
                null,
                selector(world),
                null,
                empty.nodes(),
                empty.loadBalancers(),
                null,
                empty.plan(),
                empty.recentWrites(),
                Conditions.unknown(world));
    }

    /** The status after a pass. */
    public static IngressTierStatus of(Plan plan, List<Written> written) {
        Situation situation = plan.situation();
        World world = situation.world();
        Optional<Forecast> forecast =
                world.tier().getSpec().mode() == Mode.Plan ? Optional.of(Forecast.of(world)) : Optional.empty();
        var nodes = MemberReport.of(situation);
        var serving = nodes.stream().filter(n -> n.state() == NodeState.Serving).toList();
        var balancers = situation.traffic().guarded().stream()
                .map(s -> balancer(situation, s))
                .toList();
        return new IngressTierStatus(
                world.tier().getMetadata().getGeneration(),
                nodes.size(),
                serving.size(),
                (int) serving.stream().map(NodeStatus::zone).distinct().count(),
                balancers.stream()
                        .map(LoadBalancerStatus::expectedBackends)
                        .filter(Objects::nonNull)
                        .min(Integer::compareTo)
                        .orElse(0),
                selector(world),
                effective(situation),
                nodes,
                balancers,
                takeover(plan, written),
                forecast.map(Forecast::writes).orElse(List.of()),
                WriteHistory.after(world, made(written)),
                Conditions.of(plan, Verdict.of(plan, written, forecast)));
    }

    private static Map<Action, Optional<String>> made(List<Written> written) {
        var made = new LinkedHashMap<Action, Optional<String>>();
        written.stream().filter(w -> w.problem().isEmpty()).forEach(w -> made.put(w.action(), w.rival()));
        return made;
    }

    private static String selector(World world) {
        return Marks.TIER + "=" + world.name();
    }

    private static EffectiveValues effective(Situation situation) {
        World world = situation.world();
        var controller = world.tier().getSpec().controller();
        return new EffectiveValues(
                world.tier().getSpec().nodes().selector(),
                Floor.minAvailable(world),
                Objects.requireNonNullElseGet(controller.incumbentRef(), () -> new IncumbentRef(controller.name())),
                (int) situation.traffic().settleBound().toSeconds());
    }

    private static LoadBalancerStatus balancer(Situation situation, ServiceView service) {
        World world = situation.world();
        Optional<Backends> backends = situation.traffic().backends(service);
        var since = service.time(Marks.ATTACHED_AT);
        boolean settled = since.filter(
                        at -> situation.traffic().settlement(service, at).settled())
                .isPresent();
        Optional<String> before = world.tier().getStatus().loadBalancers().stream()
                .filter(l -> l.name().equals(service.key().name())
                        && l.namespace().equals(service.key().namespace()))
                .flatMap(l -> Optional.ofNullable(l.settledTime()).stream())
                .findFirst();
        return new LoadBalancerStatus(
                service.key().namespace(),
                service.key().name(),
                Provider.valueOf(situation.traffic().rules().name()),
                backends.map(Backends::mode).orElse(null),
                service.addresses(),
                backends.filter(Backends::known).map(b -> b.everywhere().size()).orElse(null),
                settled ? before.orElse(Times.seconds(world.now())) : null);
    }

    private static TakeoverStatus takeover(Plan plan, List<Written> written) {
        World world = plan.situation().world();
        TakeoverStatus soak = Soak.remembered(plan);
        boolean started = plan.situation().started() || !plan.actions().isEmpty();
        return new TakeoverStatus(
                Optional.ofNullable(soak.startTime()).orElse(started ? Times.seconds(world.now()) : null),
                soak.soakStartTime(),
                soak.soakLeader(),
                world.rollback().map(Rollback::generation).orElse(soak.rolledBackGeneration()),
                originalsRef(world, written));
    }

    /**
     * The record and what it said when it was made: a digest of what is there now would believe whatever somebody made
     * of it. One that a lost status does not hold any more is taken from the record again.
     */
    private static @Nullable OriginalsRef originalsRef(World world, List<Written> written) {
        Optional<OriginalsRef> ref = Optional.ofNullable(
                        world.tier().getStatus().takeover())
                .map(TakeoverStatus::originalsRef)
                .filter(r -> r.digest() != null)
                .or(() -> world.recorded().map(StatusReport::ref));
        for (Written each : written) {
            if (each.problem().isEmpty()) {
                switch (each.action()) {
                    case OriginalsAction.RecordOriginals a -> ref = Optional.of(ref(a.originals()));
                    case OriginalsAction.ForgetOriginals ignored -> ref = Optional.empty();
                    default -> {}
                }
            }
        }
        return ref.orElse(null);
    }

    private static OriginalsRef ref(Originals originals) {
        return new OriginalsRef(originals.key().namespace(), originals.key().name(), originals.digest());
    }
}
