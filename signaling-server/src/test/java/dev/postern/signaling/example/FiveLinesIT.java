package dev.postern.signaling.example;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FiveLinesIT {

    @Test
    void theServerOfTheExampleRunsWithinItsBlockAndNoLonger() throws Exception {
        List<URI> seen = new ArrayList<>();
        FiveLines.serve(uri -> {
            seen.add(uri);
            assertThat(get(uri.resolve("/healthz"))).isEqualTo("ok\n");
        });
        assertThat(seen).hasSize(1);
        assertThatThrownBy(() -> get(seen.get(0).resolve("/healthz"))).hasCauseInstanceOf(IOException.class);
    }

    private static String get(URI uri) {
        try {
            HttpResponse<String> response = HttpClient.newHttpClient()
                    .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
            return response.body();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
