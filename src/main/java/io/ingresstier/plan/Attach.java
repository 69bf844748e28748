package io.ingresstier.plan;

import io.ingresstier.api.Approval;
import io.ingresstier.api.Reason;
import io.ingresstier.api.TakeoverStatus;
import io.ingresstier.balancer.Backends;
import io.ingresstier.balancer.Settlement;
import io.ingresstier.guard.Refusal;
import io.ingresstier.world.Action;
import io.ingresstier.world.Marks;
import io.ingresstier.world.Member;
import io.ingresstier.world.ServiceAction;
import io.ingresstier.world.ServiceView;
import io.ingresstier.world.World;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * The balancers use the members only. That deregisters every other node at once, so connection draining is turned on
 * first and given the time to settle.
 */
public record Attach() implements Step {

    @Override
    public Outcome look(Situation situation) {
        World world = situation.world();
        List<ServiceView> open =
                world.attachable().stream().filter(s -> !attached(situation, s)).toList();
        if (open.isEmpty() && !world.attachable().isEmpty()) {
            return Outcome.done(Reason.Attaching, "every Service is restricted to the members");
        }
        if (situation.objection().isPresent()) {
            return Outcome.refuse(situation.objection().get());
        }
        Optional<Refusal> unknown = unknown(situation);
        if (unknown.isPresent()) {
            return Outcome.refuse(unknown.get());
        }
        List<Member> joining = situation.choice().active().stream()
                .filter(m -> !situation.traffic().serves(m))
                .toList();
        if (!joining.isEmpty() || situation.choice().active().isEmpty()) {
            return Outcome.await(
                    Reason.Joining,
                    "the balancer is taking in "
                            + String.join(
                                    ", ", joining.stream().map(Member::name).toList()),
                    joining.stream()
                            .flatMap(m -> situation.traffic().servesAt(m).stream())
                            .max(Instant::compareTo));
        }
        if (!approved(world)) {
            return Outcome.await(Reason.AwaitingApproval, approval(world), Optional.empty());
        }
        return drained(situation, open).orElseGet(() -> attach(situation, open));
    }

    /**
     * Where the provider's controller is stopped by an error no member ever becomes a backend: waiting would not end.
     */
    private Optional<Refusal> unknown(Situation situation) {
        return situation.world().attachable().stream()
                .flatMap(s -> situation.traffic().backends(s).flatMap(Backends::problem).stream()
                        .map(problem -> new Refusal(
                                name(),
                                Reason.BackendsUnknown,
                                "the cloud's controller cannot tell the backends of Service %s: %s; repair that"
                                        .formatted(s.key(), problem))))
                .findFirst();
    }

    /**
     * Whether nobody need be asked: only before the first attachment ever, for afterwards the members alone serve, and
     * repairs must not wait for people.
     */
    private static boolean approved(World world) {
        return world.tier().getSpec().rollout().approval() == Approval.None
                || begun(world)
                || world.originals().flatMap(o -> o.retired()).isPresent()
                || Optional.ofNullable(world.tier().getStatus().takeover())
                        .map(TakeoverStatus::soakStartTime)
                        .isPresent()
                || generation(world)
                        .equals(Objects.requireNonNullElse(
                                        world.tier().getMetadata().getAnnotations(), Map.<String, String>of())
                                .get(Marks.APPROVE));
    }

    /** Whether a balancer was told to use the members, which served then. */
    static boolean begun(World world) {
        return world.attachable().stream().anyMatch(s -> s.annotations().containsKey(Marks.ATTACHED_AT));
    }

    private static String generation(World world) {
        return Long.toString(
                Objects.requireNonNullElse(world.tier().getMetadata().getGeneration(), 0L));
    }

    private static String approval(World world) {
        return "every member serves, and the balancers are told to use them alone once somebody approves, with \"kubectl annotate itier %s %s=%s --overwrite\""
                .formatted(world.name(), Marks.APPROVE, generation(world));
    }

    /** What there is to do or to wait for until connection draining is on everywhere; empty once it is. */
    private Optional<Outcome> drained(Situation situation, List<ServiceView> services) {
        var draining = situation.traffic().rules().draining(situation.traffic().drainWindow());
        if (!Record.drains(situation.world()) || draining.isEmpty()) {
            return Optional.empty();
        }
        var actions = new ArrayList<Action>();
        var due = new ArrayList<Instant>();
        for (ServiceView service : services) {
            Optional<Instant> since = service.time(Marks.DRAINING_ON_AT);
            if (since.isEmpty() || !carries(service, draining)) {
                actions.add(new ServiceAction.EnableDraining(
                        service, draining, situation.world().now(), hash(situation, service)));
                continue;
            }
            switch (situation.traffic().settlement(service, since.get())) {
                case Settlement.Settled ignored -> {}
                case Settlement.Waiting waiting -> due.add(waiting.until());
                case Settlement.NotSettling ignored -> {
                    return Optional.of(Outcome.refuse(new Refusal(
                            name(),
                            Reason.BalancerNotSettling,
                            "Service %s: connection draining was not taken over".formatted(service.key()))));
                }
            }
        }
        if (!actions.isEmpty()) {
            return Optional.of(Outcome.act(Reason.Attaching, "connection draining is being turned on", actions));
        }
        return due.isEmpty()
                ? Optional.empty()
                : Optional.of(Outcome.await(
                        Reason.Settling,
                        "connection draining is being taken over",
                        due.stream().max(Instant::compareTo)));
    }

    private static Outcome attach(Situation situation, List<ServiceView> services) {
        var selection = selection(situation);
        return Outcome.act(
                Reason.Attaching,
                "the balancers are told to use the members only",
                services.stream()
                        .map(s -> new ServiceAction.AttachService(
                                s, selection, situation.world().now(), hash(situation, s)))
                        .toList());
    }

    private static boolean attached(Situation situation, ServiceView service) {
        return service.time(Marks.ATTACHED_AT).isPresent() && carries(service, selection(situation));
    }

    /** What tells the balancer to use the members only. */
    static Map<String, String> selection(Situation situation) {
        var label = situation.world().tier().getSpec().nodes().label();
        return situation.traffic().rules().selection(label.key(), label.value());
    }

    private static boolean carries(ServiceView service, Map<String, String> annotations) {
        return service.annotations().entrySet().containsAll(annotations.entrySet());
    }

    private static Optional<String> hash(Situation situation, ServiceView service) {
        return situation.traffic().rules().syncHash(service);
    }
}
