package io.ingresstier.lab;

import java.time.Instant;

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
            life.lab().boot(node);
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
            try {
                lab.kubectl("delete", "node", node);
                life.layer().scale(Life.NODES); // nothing new for who keeps that number by himself
                life.awaitSettled(Life.NODES);
            } finally {
                lab.boot(node); // the lab is whole again: another machine of that name
            }
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

    /** What node pools, upgrades and autoscalers do too: evictions that a budget can make wait, of all but daemons. */
    private static void drain(Lab lab, String node) {
        lab.kubectl("drain", node, "--ignore-daemonsets", "--delete-emptydir-data", "--timeout=180s");
    }

    private static long epoch() {
        return Instant.now().getEpochSecond();
    }
}
