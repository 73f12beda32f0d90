package org.example.calls;

import dev.postern.signaling.Authorizer;
import dev.postern.signaling.IceServersProvider;
import dev.postern.signaling.SignalingConfig;
import dev.postern.signaling.SignalingHandler;
import dev.postern.signaling.SignalingListener;
import dev.postern.signaling.protocol.IceServer;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.handler.ContextHandler;
import org.springframework.boot.jetty.servlet.JettyServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class SignalingSetup {

    @Bean
    SignalingHandler signaling(Authorizer authorizer, SignalingListener listener) {
        return new SignalingHandler(SignalingConfig.builder()
                .authorizer(authorizer)
                .listener(listener)
                .iceServers(IceServersProvider.fixed(IceServer.of("stun:stun.example.org:3478")))
                .build());
    }

    /** Below /calls there is the signaling; everything else is Spring's. */
    @Bean
    WebServerFactoryCustomizer<JettyServletWebServerFactory> signalingInJetty(SignalingHandler signaling) {
        return factory -> factory.addServerCustomizers(server -> server.setHandler(
                new Handler.Sequence(new ContextHandler(signaling, "/calls"), server.getHandler())));
    }

    /** Before Spring stops its Jetty, clients are told, and have gone. */
    @Bean
    SmartLifecycle goodbye(SignalingHandler signaling) {
        return new Goodbye(signaling);
    }
}
