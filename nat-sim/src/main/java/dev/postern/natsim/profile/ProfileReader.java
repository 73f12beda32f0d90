package dev.postern.natsim.profile;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.postern.natsim.Filtering;
import dev.postern.natsim.Hairpin;
import dev.postern.natsim.Mapping;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Reads profiles, strictly: what is missing, unknown or out of its range is refused in one sentence. */
final class ProfileReader {

    private static final YAMLMapper YAML = YAMLMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private ProfileReader() {}

    static Profile read(String id, String yaml) {
        JsonNode tree;
        try {
            tree = YAML.readTree(yaml);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(id + " is not YAML: " + e.getOriginalMessage(), e);
        }
        Fields fields = new Fields(id, tree);
        String name = fields.text("name");
        String summary = fields.text("summary");
        List<Source> sources = fields.list("sources", item -> source(id, item));
        int addresses = fields.has("addresses") ? fields.number("addresses") : 1;
        Profile profile = new Profile(
                id,
                summary,
                sources,
                addresses,
                BehaviourReader.read(name, fields.block("behaviour")),
                tester(fields.block("tester")),
                ice(fields.block("ice")));
        fields.end();
        return profile;
    }

    private static Source source(String id, JsonNode item) {
        Fields fields = new Fields(id + ".sources", item);
        Source source = new Source(fields.word("kind", Source.Kind.class), fields.text("where"), fields.text("says"));
        fields.end();
        return source;
    }

    private static TesterOutput tester(Fields fields) {
        boolean udp = fields.flag("udp");
        TesterOutput output = new TesterOutput(
                udp,
                udp ? fields.word("mapping", Mapping.class) : null,
                udp ? fields.word("filtering", Filtering.class) : null,
                udp ? fields.word("hairpin", Hairpin.class) : Hairpin.NONE,
                udp ? fields.word("ports", PortsSeen.class) : PortsSeen.NONE,
                fields.has("lifetime") ? fields.duration("lifetime") : null,
                fields.has("stream-lifetime") ? fields.duration("stream-lifetime") : null,
                fields.words("anomalies", Anomaly.class));
        fields.end();
        return output;
    }

    private static Map<PeerClass, Consequence> ice(Fields fields) {
        Map<PeerClass, Consequence> ice = new EnumMap<>(PeerClass.class);
        for (PeerClass peer : PeerClass.values()) {
            ice.put(peer, fields.word(Fields.spelled(peer), Consequence.class));
        }
        fields.end();
        return ice;
    }
}
