package io.ingresstier.operator;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.ingresstier.api.ConditionType;
import io.ingresstier.api.Reason;
import io.ingresstier.lab.Incumbent;
import io.ingresstier.world.Marks;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.concurrent.TimeUnit;

/** A state that a tier is deleted in: how far it has come, and what others have done meanwhile. */
enum Interruption {
    RECORDED {
        @Override
        void reach(Site site, LiveTier tier) {
            Site.await(site.originals(), o -> true);
        }
    },
    WORKLOAD_APPLIED {
        @Override
        void reach(Site site, LiveTier tier) {
            Site.await(site.workload(), w -> true);
        }
    },
    CANARY_CLAIMED {
        @Override
        void reach(Site site, LiveTier tier) {
            site.awaitMembers(1);
        }
    },
    ALL_CLAIMED {
        @Override
        void reach(Site site, LiveTier tier) {
            site.awaitMembers(2);
        }
    },
    DRAINING_ON {
        @Override
        void reach(Site site, LiveTier tier) {
            site.awaitMark(Marks.DRAINING_ON_AT);
        }
    },
    ATTACHED {
        @Override
        void reach(Site site, LiveTier tier) {
            site.awaitMark(Marks.ATTACHED_AT);
        }
    },
    SOAKING {
        @Override
        void reach(Site site, LiveTier tier) {
            tier.await(ConditionType.Soaked, "False", Reason.Soaking);
            tier.await(t -> Objects.requireNonNull(t.getStatus().takeover()).soakStartTime() != null);
        }
    },
    NARROWED {
        @Override
        void reach(Site site, LiveTier tier) {
            site.awaitMark(Marks.NARROWED_AT);
        }
    },
    RETIRED {
        @Override
        void reach(Site site, LiveTier tier) {
            Site.await(site.incumbent(), d -> d.getSpec().getReplicas() == 0);
        }
    },
    GROWN {
        @Override
        void reach(Site site, LiveTier tier) {
            tier.awaitReady();
            tier.resource().scale(3);
            tier.awaitReady();
        }
    },
    INCUMBENT_SCALED_UP_BY_SOMEBODY {
        @Override
        void reach(Site site, LiveTier tier) {
            site.awaitMark(Marks.ATTACHED_AT);
            site.incumbent().scale(4);
        }
    },
    CHANGED_BY_HELM {
        @Override
        void reach(Site site, LiveTier tier) {
            tier.awaitReady();
            site.incumbent()
                    .edit(d -> new DeploymentBuilder(d)
                            .editMetadata()
                            .addToLabels("helm.sh/chart", "ingress-nginx-5")
                            .addToAnnotations("meta.helm.sh/release-name", "ingress")
                            .endMetadata()
                            .editSpec()
                            .editTemplate()
                            .editSpec()
                            .editFirstContainer()
                            .withImage(NEW_IMAGE)
                            .endContainer()
                            .endSpec()
                            .endTemplate()
                            .endSpec()
                            .build());
            site.service()
                    .patch(
                            PatchContext.of(PatchType.JSON_MERGE),
                            "{\"metadata\":{\"annotations\":{\"%s\":\"77\",\"team\":\"edge\"}}}"
                                    .formatted(DRAIN_TIMEOUT));
        }

        @Override
        void expect(SortedMap<String, ObjectNode> dump) {
            ObjectNode deployment = dump.get(DEPLOYMENT);
            deployment.withObject("/metadata/labels").put("helm.sh/chart", "ingress-nginx-5");
            deployment.withObject("/metadata/annotations").put("meta.helm.sh/release-name", "ingress");
            ((ObjectNode) deployment.at("/spec/template/spec/containers/0")).put("image", NEW_IMAGE);
            dump.get(SERVICE)
                    .withObject("/metadata/annotations")
                    .put(DRAIN_TIMEOUT, "77")
                    .put("team", "edge");
            dump.get(SERVICE).withObject("/metadata/labels").remove("service.beta.kubernetes.io/hash");
        }
    },
    INCUMBENT_DELETED_BY_SOMEBODY {
        @Override
        void reach(Site site, LiveTier tier) {
            tier.awaitReady();
            site.incumbent().delete();
            site.incumbent().waitUntilCondition(Objects::isNull, 120, TimeUnit.SECONDS);
        }

        @Override
        void meanwhile(Site site, LiveTier tier) {
            tier.await(ConditionType.Stalled, "True", Reason.IncumbentDeleted);
            site.createIncumbent();
        }

        @Override
        void expect(SortedMap<String, ObjectNode> dump) {
            dump.get(DEPLOYMENT).withObject("/metadata").remove(List.of("uid", "creationTimestamp"));
        }
    },
    NODE_GONE {
        @Override
        void reach(Site site, LiveTier tier) {
            tier.awaitReady();
        }

        @Override
        void meanwhile(Site site, LiveTier tier) {
            site.client().nodes().withName(gone(site.name())).delete();
        }

        @Override
        void expect(SortedMap<String, ObjectNode> dump) {
            dump.keySet()
                    .removeIf(key ->
                            key.equals("Node " + gone(name().toLowerCase().replace('_', '-'))));
        }

        private String gone(String site) {
            return site + "-n3";
        }
    },
    SERVICE_GONE {
        @Override
        void reach(Site site, LiveTier tier) {
            tier.awaitReady();
            site.service().delete();
            site.service().waitUntilCondition(Objects::isNull, 120, TimeUnit.SECONDS);
        }

        @Override
        void expect(SortedMap<String, ObjectNode> dump) {
            dump.remove(SERVICE);
        }
    };

    private static final String DEPLOYMENT = "Deployment " + Incumbent.NAME;
    private static final String SERVICE = "Service nginx-ingress-lb";
    private static final String NEW_IMAGE = "lab.local/nginx:2";
    static final String DRAIN_TIMEOUT =
            "service.beta.kubernetes.io/alibaba-cloud-loadbalancer-connection-drain-timeout";

    /** Waits until the tier has come so far, and lets others do what they do before it is deleted. */
    abstract void reach(Site site, LiveTier tier);

    /** What others do while it is being deleted. */
    void meanwhile(Site site, LiveTier tier) {}

    /** Changes what was there at first as others did; where an object was made anew, what cannot be the same goes. */
    void expect(SortedMap<String, ObjectNode> dump) {}
}
