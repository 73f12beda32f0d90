package dev.postern.webclient;

import java.net.MalformedURLException;
import java.net.URL;

/**
 * Where the browser client lies: a tree of static files to be served at {@code /} by whatever serves HTTP. Nothing in it is made by the build, and
 * nothing in it names another origin, so it works from any directory, jar or port.
 */
public final class WebClient {
    private static final String START_PAGE = "index.html";

    private WebClient() {}

    /**
     * The directory that holds {@code index.html}, {@code lib/} (the ES-module library) and {@code vendor/}.
     *
     * @return a {@code file:} or {@code jar:} URL that ends in a slash
     * @throws IllegalStateException when the resources were left out of the package
     */
    public static URL root() {
        // A jar need not have entries for directories: a file that is there for certain leads to the directory.
        URL start = WebClient.class.getResource(START_PAGE);
        if (start == null) {
            throw new IllegalStateException(
                    "The web client's pages are not on the class path beside " + WebClient.class.getName());
        }
        try {
            return new URL(start, ".");
        } catch (MalformedURLException e) {
            throw new IllegalStateException("No directory can be named for " + start, e);
        }
    }
}
