package io.ingresstier.lab;

import static io.ingresstier.lab.Incumbent.NAMESPACE;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.ingresstier.api.BackendMode;
import io.ingresstier.api.IngressTier;
import io.ingresstier.world.Marks;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A takeover that goes wrong, or that somebody calls off, is undone under traffic without a loss. */
@LabLevel
class RollbackIT {

    private static final int ENOUGH = 10_000;
    private static final int FEWEST_DOWNLOADS = 20;
    private static final Load LOAD = Load.draining(200, Duration.ofSeconds(10));

    /** What goes wrong while tier and Deployment serve side by side, and loses nothing by itself. */
    enum Mishap {
        A_POD_OF_THE_TIER_DIES("stopped serving during the soak") {
            @Override
            void happen(Lab lab) {
                lab.client().resource(tierPods(lab.client()).getFirst()).delete();
            }
        },
        A_MEMBER_LOSES_ITS_LABEL("stopped serving during the soak") {
            @Override
            void happen(Lab lab) {
                label(lab, members(lab.client()).getFirst(), "node-role.kubernetes.io/ingress", "null");
            }
        },
        TWO_OF_THREE_BACKENDS_VANISH("backends that serve; 2 must") {
            /** No other node may take their place: one with a pod of the Deployment would be a backend at once. */
            @Override
            void happen(Lab lab) {
                List<String> members = members(lab.client());
                nodes(lab)
                        .filter(node -> !members.contains(node))
                        .forEach(node -> patch(lab, node, "{\"spec\":{\"unschedulable\":true}}"));
                members.subList(0, 2).forEach(node -> label(lab, node, Marks.EXCLUDE, "\"\""));
            }

            @Override
            void takeBack(Lab lab) {
                nodes(lab).forEach(node -> {
                    label(lab, node, Marks.EXCLUDE, "null");
                    patch(lab, node, "{\"spec\":{\"unschedulable\":null}}");
                });
            }
        },
        AN_INGRESS_LOSES_ITS_ADDRESS("lost its address") {
            @Override
            void happen(Lab lab) {
                PublishedIngress.in(lab.client()).publish(List.of());
            }
        };

        /** What the operator says of it. */
        final String because;

        Mishap(String because) {
            this.because = because;
        }

        abstract void happen(Lab lab);

        /** What is not the operator's to put back. */
        void takeBack(Lab lab) {}

        private static Stream<String> nodes(Lab lab) {
            return lab.client().nodes().list().getItems().stream()
                    .map(node -> node.getMetadata().getName());
        }

        private static void label(Lab lab, String node, String key, String value) {
            patch(lab, node, "{\"metadata\":{\"labels\":{\"%s\":%s}}}".formatted(key, value));
        }

        /** At once: the soak goes on meanwhile, and a kubectl that starts takes much of it. */
        private static void patch(Lab lab, String node, String change) {
            lab.client().nodes().withName(node).patch(PatchContext.of(PatchType.JSON_MERGE), change);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aSoakThatFailsIsRolledBackWithoutALoss(Mishap mishap, Lab lab, Cloud cloud) {
        PublishedIngress.in(lab.client()).create();
        try (var scenario = new Scenario(lab, cloud, BackendMode.Local, LOAD, "rollback-tier.yaml")) {
            PublishedIngress.in(lab.client()).publish(scenario.addresses());
            scenario.takeOverUntilSoak();
            scenario.rollBack(() -> mishap.happen(lab));
            assertThat(scenario.rolledBackBecause()).contains(mishap.because);
            mishap.takeBack(lab);
            assertIncumbentServesAloneAndNothingWasLost(scenario, lab);
        } finally {
            mishap.takeBack(lab);
            PublishedIngress.in(lab.client()).delete();
        }
    }

    @ParameterizedTest
    @EnumSource
    void aTakeoverIsRolledBackOnRequestAfterTheDeploymentWasRetired(BackendMode mode, Lab lab, Cloud cloud) {
        try (var scenario = new Scenario(lab, cloud, mode, LOAD, "rollback-tier.yaml")) {
            scenario.takeOver();
            assertThat(incumbentPods(lab.client())).isEmpty();
            String generation = lab.client()
                    .resources(IngressTier.class)
                    .withName("default")
                    .require()
                    .getMetadata()
                    .getGeneration()
                    .toString();
            scenario.rollBack(() -> lab.kubectl("annotate", "itier", "default", Marks.ROLLBACK + "=" + generation));
            assertThat(scenario.rolledBackBecause()).contains("asked for", Marks.ROLLBACK);
            assertIncumbentServesAloneAndNothingWasLost(scenario, lab);
        }
    }

    private static void assertIncumbentServesAloneAndNothingWasLost(Scenario scenario, Lab lab) {
        assertThat(incumbentPods(lab.client())).hasSizeGreaterThanOrEqualTo(2);
        assertThat(lab.client()
                        .nodes()
                        .withLabel("node-role.kubernetes.io/ingress")
                        .list()
                        .getItems())
                .isEmpty();
        scenario.sendMore(1_000);
        var result = scenario.end();
        assertThat(result.lost()).as("%s", result).isZero();
        assertThat(result.summary().requests()).isGreaterThanOrEqualTo(ENOUGH);
        assertThat(scenario.changes())
                .allSatisfy(change -> assertThat(result.fewestDownloads(change.from(), change.to()))
                        .as("downloads in flight across the %s", change)
                        .isGreaterThanOrEqualTo(FEWEST_DOWNLOADS));
        scenario.restore();
        assertThat(scenario.left()).as("what is not as it was found").isEmpty();
    }

    private static List<Pod> tierPods(KubernetesClient client) {
        return client.pods().inNamespace(NAMESPACE).withLabel(Marks.TIER).list().getItems();
    }

    private static List<String> members(KubernetesClient client) {
        return tierPods(client).stream().map(pod -> pod.getSpec().getNodeName()).toList();
    }

    private static List<String> incumbentPods(KubernetesClient client) {
        return client
                .pods()
                .inNamespace(NAMESPACE)
                .withLabels(Incumbent.LABELS)
                .withoutLabel(Marks.TIER)
                .list()
                .getItems()
                .stream()
                .map(Pod::getMetadata)
                .filter(metadata -> metadata.getDeletionTimestamp() == null)
                .map(ObjectMeta::getName)
                .toList();
    }
}
