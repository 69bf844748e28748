package io.ingresstier.report;

import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.api.model.ObjectReference;
import io.fabric8.kubernetes.api.model.ObjectReferenceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.ingresstier.world.World;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes notes as Events on the tier and on Nodes. Events of cluster-scoped objects live in the namespace
 * {@code default}. Notes are made of differences, so that the same is not told twice; an event that cannot be written
 * is logged and holds nothing up.
 */
public final class Events {

    private static final Logger LOG = LoggerFactory.getLogger(Events.class);
    private static final String NAMESPACE = "default";
    private static final String COMPONENT = "ingresstier-operator";

    private final KubernetesClient client;
    private final String instance;

    /** @param instance the pod that reports, as it is named in events */
    public Events(KubernetesClient client, String instance) {
        this.client = client;
        this.instance = instance;
    }

    /** Writes the notes. */
    public void publish(World world, List<Note> notes) {
        for (Note note : notes) {
            for (ObjectReference about : about(world, note)) {
                publish(world, note, about);
            }
        }
    }

    private static List<ObjectReference> about(World world, Note note) {
        var about = new ArrayList<ObjectReference>();
        about.add(new ObjectReferenceBuilder()
                .withApiVersion(world.tier().getApiVersion())
                .withKind(world.tier().getKind())
                .withName(world.name())
                .withUid(world.uid())
                .build());
        // A node's events are found by its name as uid: that is what kubelets write, and what kubectl describe node
        // looks for.
        note.node()
                .ifPresent(name -> about.add(new ObjectReferenceBuilder()
                        .withApiVersion("v1")
                        .withKind("Node")
                        .withName(name)
                        .withUid(name)
                        .build()));
        return about;
    }

    private void publish(World world, Note note, ObjectReference about) {
        String now = Times.seconds(world.now());
        try {
            client.v1()
                    .events()
                    .inNamespace(NAMESPACE)
                    .resource(new EventBuilder()
                            .withNewMetadata()
                            .withNamespace(NAMESPACE)
                            .withGenerateName(about.getName() + ".")
                            .endMetadata()
                            .withType(note.warning() ? "Warning" : "Normal")
                            .withReason(note.reason())
                            .withMessage(note.message())
                            .withInvolvedObject(about)
                            .withFirstTimestamp(now)
                            .withLastTimestamp(now)
                            .withCount(1)
                            .withNewSource()
                            .withComponent(COMPONENT)
                            .endSource()
                            .withReportingComponent(COMPONENT)
                            .withReportingInstance(instance)
                            .build())
                    .create();
        } catch (KubernetesClientException e) {
            LOG.atWarn()
                    .addKeyValue("tier", world.name())
                    .addKeyValue("reason", note.reason())
                    .addKeyValue("problem", String.valueOf(e.getMessage()))
                    .log("event not written");
        }
    }
}
