package dev.postern.natsim.tester;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.natsim.portmap.HttpMessage;
import dev.postern.natsim.portmap.IgdService;
import dev.postern.natsim.portmap.SoapAnswer;
import dev.postern.natsim.portmap.SoapCall;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** UPnP routers that say one thing and do another when they are asked for a port. */
class IgdOfferTest {

    private static final Pattern ACTION = Pattern.compile("#([A-Za-z]+)\"");
    private static final Pattern PORT = Pattern.compile("<NewExternalPort>([0-9]+)<");
    private static final String ADD = "AddPortMapping";
    private static final String LIST = "GetSpecificPortMappingEntry";
    private static final String DELETE = "DeletePortMapping";

    private final List<String> calls = new ArrayList<>();
    private final List<String> ports = new ArrayList<>();

    private static SoapCall call(String action) {
        return new SoapCall(IgdService.TYPES.get(1), action, Map.of());
    }

    private static SoapAnswer done(String action) {
        return call(action).answer(Map.of());
    }

    private static SoapAnswer listed(String client, String lease) {
        return call(LIST).answer(Map.of("NewInternalClient", client, "NewLeaseDuration", lease));
    }

    private static String text(HttpMessage message) {
        return StandardCharsets.UTF_8.decode(message.encode()).toString();
    }

    /** What the tester says of a router that answers so to an action; with null it is silent. */
    private NatReport report(Function<String, @Nullable SoapAnswer> answers) {
        return new ScriptedRouter("http://10.0.0.1:5000/d.xml", request -> answer(request, answers), false).test();
    }

    private String answer(String request, Function<String, @Nullable SoapAnswer> answers) {
        Matcher action = ACTION.matcher(request);
        if (!action.find()) {
            return text(HttpMessage.response(HttpMessage.OK, IgdService.description(1, "u", "/ctl")));
        }
        String name = action.group(1);
        if (name.equals("GetExternalIPAddress")) {
            return text(call(name)
                    .answer(Map.of("NewExternalIPAddress", "198.51.100.1"))
                    .encode());
        }
        calls.add(name);
        Matcher port = PORT.matcher(request);
        if (port.find() && name.equals(ADD)) {
            ports.add(port.group(1));
        }
        SoapAnswer answer = answers.apply(name);
        return answer == null ? "" : text(answer.encode());
    }

    private static List<String> mappings(NatReport report) {
        return report.observations().stream()
                .filter(seen -> seen.probe().equals("C2"))
                .map(Observation::text)
                .toList();
    }

    @Test
    void grantThatOpensNothingIsSeenAndGivenUp() {
        NatReport report = report(action -> action.equals(LIST) ? listed("10.0.0.2", "120") : done(action));

        MappedPort port = report.find(Topic.MAPPED_PORT).value();
        assertThat(port.open()).isFalse();
        assertThat(port.granted()).isEqualTo(Duration.ofMinutes(2));
        assertThat(calls).containsExactly(ADD, LIST, DELETE);
    }

    @Test
    void leaseThatIsIgnoredIsAnAnomaly() {
        NatReport report = report(action -> action.equals(LIST) ? listed("10.0.0.2", "0") : done(action));

        assertThat(report.find(Topic.MAPPED_PORT).value().toString()).contains(" for ever, ");
        assertThat(report.anomalies())
                .contains("The router gives ports for ever, however short the time is that is asked for.");
        assertThat(calls).containsExactly(ADD, LIST, DELETE);
    }

    @Test
    void otherPortsAreAskedForWhereTheyAreTaken() {
        NatReport report = report(action -> call(action).refusal(SoapAnswer.CONFLICT, "ConflictInMappingEntry"));

        assertThat(report.find(Topic.MAPPED_PORT).reason())
                .isEqualTo("the gateway gives none: UPnP IGD, error 718 ConflictInMappingEntry");
        assertThat(calls).containsExactly(ADD, ADD, ADD);
        assertThat(ports).doesNotHaveDuplicates();
    }

    /** Whether it was granted is not known then: what stands there is only given up if it is ours. */
    @Test
    void portOfAnotherIsNotGivenUpWhereTheRouterDidNotAnswer() {
        NatReport silent = report(
                action -> action.equals(ADD) ? null : action.equals(LIST) ? listed("10.0.0.77", "0") : done(action));

        assertThat(mappings(silent))
                .contains("given up: nothing, as the port is not this machine's")
                .anyMatch(text -> text.endsWith("UPnP IGD, it did not answer within 5 s"));
        assertThat(calls).containsExactly(ADD, LIST);
        calls.clear();

        report(action -> action.equals(ADD) ? null : action.equals(LIST) ? listed("10.0.0.2", "0") : done(action));

        assertThat(calls).containsExactly(ADD, LIST, DELETE);
    }
}
