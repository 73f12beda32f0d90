package dev.postern.signaling.example;

import dev.postern.signaling.SignalingConfig;
import dev.postern.signaling.SignalingHandler;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.ContextHandler;

/** The signaling below {@code /calls} of a Jetty that has other things to do. */
final class InYourJetty {

    private InYourJetty() {}

    static Server server(SignalingConfig config, Handler yours) {
        Server server = new Server();
        HttpConfiguration http = new HttpConfiguration();
        http.setSendServerVersion(false);
        ServerConnector connector = new ServerConnector(server, new HttpConnectionFactory(http));
        connector.setHost("127.0.0.1");
        connector.setIdleTimeout(10_000); // else a connection that sends nothing stays for 30 s
        connector.addBean(new NetworkConnectionLimit(12_000, connector));
        server.addConnector(connector);
        server.setStopTimeout(5_000); // else nobody is told that the server goes away
        server.setHandler(new Handler.Sequence(new ContextHandler(new SignalingHandler(config), "/calls"), yours));
        return server;
    }
}
