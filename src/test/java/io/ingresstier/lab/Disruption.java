package io.ingresstier.lab;

import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeCondition;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;

/**
 * What happens to an ingress layer in its life, done as people and node pools do it: none of them asks the layer first.
 */
enum Disruption {
    /** Twice as many nodes, and back. */
    SCALE {
        @Override
        void happen(Life life) {
            life.layer().scale(2 * Life.NODES);
            life.awaitSettled(2 * Life.NODES);
            life.layer().scale(Life.NODES);
            life.awaitSettled(Life.NODES);
        }
    },

    /** Maintenance: {@code kubectl drain}, power off, a boot, {@code kubectl uncordon}. */
    DRAIN {
        @Override
        void happen(Life life) {
            String node = life.victim();
            drain(life.lab(), node);
            life.lab().kill(node);
            boot(life.lab(), node);
            life.lab().kubectl("uncordon", node);
            life.awaitSettled(Life.NODES);
        }
    },

    /** An autoscaler takes a node away: its taint, evictions, the machine is gone, and so is its Node object. */
    REMOVAL {
        @Override
        void happen(Life life) {
            String node = life.victim();
            Lab lab = life.lab();
            lab.kubectl("taint", "node", node, "ToBeDeletedByClusterAutoscaler=" + epoch() + ":NoSchedule");
            drain(lab, node);
            lab.kill(node);
            lab.kubectl("delete", "node", node);
            life.layer().scale(Life.NODES); // nothing new for who keeps that number by himself
            life.awaitSettled(Life.NODES);
            boot(lab, node); // the lab is whole again: another machine of that name
        }
    },

    /** A new image. */
    ROLLOUT {
        @Override
        void happen(Life life) {
            life.layer().image(life.nextImage());
            life.awaitSettled(Life.NODES);
        }
    };

    /** Does it and waits until the layer is as large as it was and settled. */
    abstract void happen(Life life);

    private static final Duration BOOT = Duration.ofMinutes(1);

    /** What node pools, upgrades and autoscalers do too: evictions that a budget can make wait, of all but daemons. */
    private static void drain(Lab lab, String node) {
        lab.kubectl("drain", node, "--ignore-daemonsets", "--delete-emptydir-data", "--timeout=180s");
    }

    /** Boots it, and waits until its kubelet has said so itself: what the API server says is older at first. */
    private static void boot(Lab lab, String node) {
        Instant off = Instant.now().truncatedTo(ChronoUnit.SECONDS);
        lab.start(node);
        await("node " + node + " to boot").atMost(BOOT).until(() -> {
            Node now = lab.client().nodes().withName(node).get();
            return now != null && conditions(now).stream().anyMatch(c -> readySince(c, off));
        });
    }

    private static List<NodeCondition> conditions(Node node) {
        return node.getStatus() == null ? List.of() : node.getStatus().getConditions();
    }

    private static boolean readySince(NodeCondition condition, Instant off) {
        return "Ready".equals(condition.getType())
                && "True".equals(condition.getStatus())
                && Instant.parse(condition.getLastHeartbeatTime()).isAfter(off);
    }

    private static long epoch() {
        return Instant.now().getEpochSecond();
    }
}
