package dev.postern.natsim.junit;

import dev.postern.natsim.ice4j.SwitchedTimer;
import java.io.IOException;
import java.io.InputStream;
import java.lang.invoke.MethodHandles;
import java.net.URL;
import java.util.Collections;
import java.util.concurrent.TimeUnit;
import org.jitsi.utils.concurrent.ExecutorFactory;

/**
 * Sees to it that ice4j makes its timers by this module's {@link ExecutorFactory} and not by that of jitsi-utils.
 *
 * <p>Which of the two is found depends on the order of the class path. So, before anything else asks for it, ours is defined in
 * the class loader of jitsi-utils. It comes too late if ice4j was used before; then the one that was found stays.
 */
final class Ice4jTimers {

    private static final String PACKAGE = "org.jitsi.utils.concurrent.";
    private static final String NEIGHBOUR = PACKAGE + "CustomizableThreadFactory";
    private static final String FILE = PACKAGE.replace('.', '/') + "ExecutorFactory.class";

    private Ice4jTimers() {}

    /** Whether ice4j is on the class path. */
    static boolean isThere() {
        return Ice4jTimers.class.getClassLoader().getResource("org/ice4j/ice/Agent.class") != null;
    }

    /** Whether the timers of ice4j, which is there, can run in virtual time. */
    static boolean areOurs() {
        define();
        return ExecutorFactory.createSingleThreadScheduledExecutor("unused", 1, TimeUnit.SECONDS)
                instanceof SwitchedTimer;
    }

    private static void define() {
        try {
            Class<?> neighbour = Class.forName(NEIGHBOUR, false, Ice4jTimers.class.getClassLoader());
            byte[] ours = ours();
            MethodHandles.privateLookupIn(neighbour, MethodHandles.lookup()).defineClass(ours);
        } catch (LinkageError e) {
            return; // there is one already; whose it is, the caller asks
        } catch (ReflectiveOperationException | IOException e) {
            throw new IllegalStateException("cannot put ice4j into virtual time: " + e, e);
        }
    }

    private static byte[] ours() throws IOException {
        String home = Ice4jTimers.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toString();
        for (URL url : Collections.list(Ice4jTimers.class.getClassLoader().getResources(FILE))) {
            if (url.toString().contains(home)) {
                try (InputStream in = url.openStream()) {
                    return in.readAllBytes();
                }
            }
        }
        throw new IOException(FILE + " is missing from " + home);
    }
}
