package dev.postern.signaling.net;

import dev.postern.signaling.SignalingConfig;
import dev.postern.signaling.core.Hub;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.ScheduledExecutorScheduler;
import org.eclipse.jetty.websocket.core.server.WebSocketMappings;
import org.eclipse.jetty.websocket.core.server.WebSocketServerComponents;

/** One life of the signaling within somebody else's Jetty, which has the sockets and the threads that read them. Any thread. */
public final class MountedSignaling {

    private final ScheduledExecutorScheduler scheduler =
            new ScheduledExecutorScheduler("postern-signaling-timer", false);
    private final Switchboard switchboard;
    private final FrontDoor door;

    private MountedSignaling(SignalingConfig config, Server host) {
        this.switchboard = new Switchboard(config, new Counters(), scheduler, Hub::new);
        WebSocketMappings mappings = new WebSocketMappings(WebSocketServerComponents.ensureWebSocketComponents(host));
        this.door = new FrontDoor(config, mappings, switchboard.admission(), null, switchboard.settings());
    }

    /** Starts the hub's thread and those beside it. */
    public static MountedSignaling start(SignalingConfig config, Server host) throws Exception {
        MountedSignaling mounted = new MountedSignaling(config, host);
        mounted.scheduler.start();
        mounted.switchboard.start();
        return mounted;
    }

    /** Answers what is the signaling's; false, and nothing answered, for everything else. */
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        return door.isAbout(Request.getPathInContext(request)) && door.handle(request, response, callback);
    }

    /** Everything but the way in. */
    public Switchboard switchboard() {
        return switchboard;
    }

    /** Ends its threads. */
    public void stop() throws Exception {
        switchboard.stop();
        scheduler.stop();
    }
}
