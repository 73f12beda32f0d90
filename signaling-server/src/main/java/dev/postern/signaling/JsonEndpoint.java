package dev.postern.signaling;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An answer to GET requests beside the signaling, on the same origin as its pages. Called on a thread of the server's
 * pool and may block it for a moment. Not for anything that changes state: it sees no body, no cookie and no method but
 * GET.
 */
@FunctionalInterface
public interface JsonEndpoint {

    /**
     * The JSON text for a path; null for 404.
     *
     * @param path the decoded path, starting with the prefix that the endpoint was given
     * @param query the first value of each query parameter
     */
    @Nullable
    String get(String path, Map<String, String> query);
}
