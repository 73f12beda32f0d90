package dev.postern.signaling;

import java.net.InetAddress;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * An answer to POST requests at one path beside the signaling. What it is asked stands in the Authorization header; a body is
 * refused before it is asked. Pages of the server's own origin and of the allowed ones may ask it, and programs that send no
 * Origin: so it must not trust in cookies or in where a request comes from, only in what the header proves.
 *
 * <p>Called on a thread of the server's pool, which it must not block.
 */
@FunctionalInterface
public interface PostEndpoint {

    /** Finds the answer, at once or later; a stage that fails is answered 500. */
    CompletionStage<Answer> post(Question question);

    /**
     * One request.
     *
     * @param source the address that it came from: a proxy's, where one stands in front that is not listed
     * @param authorization the header's value, which a stranger chose; null if there is none
     */
    record Question(InetAddress source, @Nullable String authorization) {}

    /**
     * One answer.
     *
     * @param status an HTTP status code
     * @param json the body
     * @param headers beside those that say what the body is
     */
    record Answer(int status, String json, Map<String, String> headers) {

        public Answer {
            headers = Map.copyOf(headers);
        }
    }
}
