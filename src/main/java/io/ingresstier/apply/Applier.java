package io.ingresstier.apply;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.ingresstier.guard.Guard;
import io.ingresstier.world.Action;
import io.ingresstier.world.DrainGuardAction;
import io.ingresstier.world.World;
import io.ingresstier.world.WriteHistory;
import java.net.HttpURLConnection;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries out the actions of a plan, one request each. One that takes something away is judged once more on the object
 * as it is at that moment, and carries that revision: whoever wrote in between wins, and the plan is made anew.
 */
public final class Applier {

    /** The name under which the API server records what the operator owns. */
    public static final String FIELD_MANAGER = "ingresstier-operator";

    private static final Logger LOG = LoggerFactory.getLogger(Applier.class);

    private final LiveObjects live;
    private final Requests requests;
    private final Rivals rivals;
    private final OwnWrites ownWrites;
    private final BooleanSupplier leading;

    /** @param leading asked before every request: no write outside the lease */
    public Applier(KubernetesClient client, OwnWrites ownWrites, BooleanSupplier leading) {
        this.live = new LiveObjects(client);
        this.requests = new Requests(client);
        this.rivals = new Rivals(client);
        this.ownWrites = ownWrites;
        this.leading = leading;
    }

    /**
     * Makes the writes in order; the first that is not made ends it, for the ones after it were decided on its success,
     * unless it is one that none rests on.
     */
    public List<Written> carryOut(World world, List<Action> actions) {
        return carryOut(world, actions, result -> result.problem().isPresent() && !standsAlone(result.action()));
    }

    /** Where the cluster refuses the drain guard, by a quota or a policy, traffic is moved all the same. */
    private static boolean standsAlone(Action action) {
        return action instanceof DrainGuardAction;
    }

    /**
     * Makes every write that can be made, whichever others the API server refuses. Only one that was decided on an old
     * picture ends it, for then the plan is made anew.
     */
    public List<Written> carryOutWhatCanBe(World world, List<Action> actions) {
        return carryOut(world, actions, Written::retry);
    }

    private List<Written> carryOut(World world, List<Action> actions, Predicate<Written> ends) {
        var written = new ArrayList<Written>();
        World picture = world;
        for (Action action : actions) {
            Written result = carryOut(picture, action);
            log(world, result);
            written.add(result);
            if (ends.test(result)) {
                break;
            }
            picture = picture.after(action);
        }
        return written;
    }

    private Written carryOut(World world, Action action) {
        if (!leading.getAsBoolean()) {
            return Written.outdated(action, "this process does not lead any more");
        }
        String object = action.kind() + "/" + action.object();
        try {
            String revision = action.resourceVersion();
            if (action.takesAway()) {
                Optional<LiveObjects.Seen> seen = live.seen(world, action);
                if (seen.isEmpty()) {
                    return Written.outdated(action, "it changed under the plan, or is gone");
                }
                var refusal = Guard.judge(seen.get().world(), action);
                if (refusal.isPresent()) {
                    return Written.outdated(action, refusal.get().message());
                }
                revision = seen.get().resourceVersion();
            }
            Optional<String> rival = WriteHistory.times(world, action).isEmpty() ? Optional.empty() : rivals.of(action);
            ownWrites.made(
                    object,
                    requests.send(action, revision).map(Applier::version),
                    !action.resourceVersion().isEmpty(),
                    world.now());
            return Written.made(action, rival);
        } catch (KubernetesClientException e) {
            ownWrites.forget(object);
            return problem(action, e);
        }
    }

    private static String version(HasMetadata object) {
        return object.getMetadata().getResourceVersion();
    }

    private static Written problem(Action action, KubernetesClientException e) {
        String why = e.getStatus() != null && e.getStatus().getMessage() != null
                ? e.getStatus().getMessage()
                : String.valueOf(e.getMessage());
        return e.getCode() == HttpURLConnection.HTTP_CONFLICT || e.getCode() == HttpURLConnection.HTTP_NOT_FOUND
                ? Written.outdated(action, why)
                : Written.failed(action, why);
    }

    private static void log(World world, Written written) {
        var event = written.problem().isEmpty() ? LOG.atInfo() : written.retry() ? LOG.atInfo() : LOG.atWarn();
        event.addKeyValue("tier", world.name())
                .addKeyValue("action", written.action().name())
                .addKeyValue("kind", written.action().kind())
                .addKeyValue("object", written.action().object())
                .addKeyValue("problem", written.problem().orElse(""))
                .log(written.problem().isEmpty() ? "written" : written.retry() ? "dropped" : "failed");
    }
}
