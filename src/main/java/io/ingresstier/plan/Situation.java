package io.ingresstier.plan;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.ingresstier.balancer.TrafficView;
import io.ingresstier.guard.Refusal;
import io.ingresstier.world.Marks;
import io.ingresstier.world.Member;
import io.ingresstier.world.World;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * A World with what every step derives from it, worked out once.
 *
 * @param traffic who gets traffic
 * @param members the nodes of the tier
 * @param desired the DaemonSet as it should be; empty where there is no template to inherit
 * @param choice which nodes stay, join and leave
 * @param objection why the spec does not fit the cluster; empty if it does
 * @param concerns what people must know although it does
 */
public record Situation(
        World world,
        TrafficView traffic,
        List<Member> members,
        Optional<DaemonSet> desired,
        NodeChoice choice,
        Optional<Refusal> objection,
        List<Concern> concerns) {

    /** Derives everything from a World. */
    public static Situation of(World world) {
        return of(world, Optional.empty());
    }

    /** The same, sparing the rendering where an earlier situation of the same course has it already. */
    static Situation of(World world, Optional<Situation> earlier) {
        var traffic = TrafficView.of(world);
        var members = world.members();
        var desired = earlier.filter(e -> DesiredWorkload.same(e, world, traffic))
                .map(Situation::desired)
                .orElseGet(() -> DesiredWorkload.of(world, traffic));
        var choice = NodeChoice.of(world, traffic, members, desired);
        var objection = Acceptance.objection(world, traffic, members, desired, choice);
        return new Situation(
                world, traffic, members, desired, choice, objection, Concern.of(world, traffic, desired, choice));
    }

    /** Which way the tier goes. */
    public Direction direction() {
        return Direction.of(world);
    }

    /** Whether the spec fits the cluster. */
    public boolean accepted() {
        return objection.isEmpty();
    }

    /** Whether anything was written for this tier. */
    public boolean started() {
        return world.originals().isPresent() || world.marked();
    }

    /** Hash of the template that members shall run, empty where there is none. */
    public String template() {
        return desired.map(Situation::template).orElse("");
    }

    /** The hash of the template that an object was rendered with, empty where it says none. */
    static String template(HasMetadata rendered) {
        Map<String, String> annotations =
                Objects.requireNonNullElse(rendered.getMetadata().getAnnotations(), Map.of());
        return annotations.getOrDefault(Marks.TEMPLATE, "");
    }
}
