package dev.postern.app.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.postern.natsim.prediction.Curve;
import dev.postern.natsim.prediction.Experiment;
import dev.postern.natsim.prediction.Share;
import java.util.List;

/** Curves of the prediction laboratory for programs. */
final class PredictionJson {

    private static final ObjectMapper MAPPER =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    private PredictionJson() {}

    static String of(List<Curve> curves) {
        ObjectNode root = MAPPER.createObjectNode();
        ArrayNode all = root.putArray("curves");
        curves.forEach(curve -> put(all.addObject(), curve));
        try {
            return MAPPER.writeValueAsString(root);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("a tree of strings and numbers is JSON", impossible);
        }
    }

    private static void put(ObjectNode node, Curve curve) {
        Experiment experiment = curve.experiment();
        node.put("strategy", experiment.strategy().label())
                .put("allocator", experiment.ports().allocator().label())
                .put("first-port", experiment.ports().first())
                .put("last-port", experiment.ports().last())
                .put("cells", experiment.ports().cells())
                .put("step", experiment.ports().step())
                .put("flows-per-second", experiment.flowsPerSecond())
                .put("sockets", experiment.sockets())
                .put("observations", experiment.pace().observations())
                .put("observe-every-millis", experiment.pace().every().toMillis())
                .put("delay-millis", experiment.pace().delay().toMillis())
                .put("probes-per-second", experiment.pace().probesPerSecond())
                .put("lifetime-seconds", experiment.pace().lifetime().toSeconds())
                .put("trials", experiment.trials())
                .put("seed", experiment.seed())
                .put("as-formula", curve.agrees())
                .put("distance", curve.distance())
                .put("distance-bound", curve.distanceBound());
        ArrayNode points = node.putArray("points");
        for (int probes : curve.rows()) {
            Share share = curve.measured(probes);
            points.addObject()
                    .put("probes", probes)
                    .put("through", share.hits())
                    .put("share", share.value())
                    .put("low", share.low())
                    .put("high", share.high())
                    .put("formula", curve.expected(probes));
        }
    }
}
