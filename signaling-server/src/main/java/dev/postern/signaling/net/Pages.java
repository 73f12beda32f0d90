package dev.postern.signaling.net;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URL;
import java.net.URLConnection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/**
 * The files under one URL, most often a directory in a jar. What is served has a name of plain characters and a type
 * that is listed here; anything else is not found. A browser keeps files and asks each time whether they are still the
 * same. Files of a jar are read once; files of a directory are read each time, so that an edit shows at once. Any
 * thread.
 */
final class Pages {

    /** Possessive, so that a long path that is none costs no more than one that is. */
    private static final Pattern SAFE_PATH = Pattern.compile("/(?:[A-Za-z0-9_-][A-Za-z0-9._-]*+/)*+[A-Za-z0-9._-]*+");

    private static final String INDEX = "index.html";
    private static final int MAX_FILE_BYTES = 16 << 20;
    private static final Pattern BARE_NAME = Pattern.compile("[A-Z]+");
    private static final Map<String, String> TYPES = Map.ofEntries(
            Map.entry("html", "text/html; charset=utf-8"),
            Map.entry("js", "text/javascript; charset=utf-8"),
            Map.entry("mjs", "text/javascript; charset=utf-8"),
            Map.entry("css", "text/css; charset=utf-8"),
            Map.entry("json", "application/json"),
            Map.entry("map", "application/json"),
            Map.entry("webmanifest", "application/manifest+json"),
            Map.entry("svg", "image/svg+xml"),
            Map.entry("png", "image/png"),
            Map.entry("jpg", "image/jpeg"),
            Map.entry("webp", "image/webp"),
            Map.entry("ico", "image/x-icon"),
            Map.entry("woff2", "font/woff2"),
            Map.entry("wasm", "application/wasm"),
            Map.entry("ts", "text/plain; charset=utf-8"),
            Map.entry("txt", "text/plain; charset=utf-8"),
            Map.entry("md", "text/plain; charset=utf-8"));

    private final URL base;
    private final boolean isDirectory;
    private final Map<String, Page> cache = new ConcurrentHashMap<>();

    /** One file and what tells it from another. */
    private static final class Page {

        private final byte[] bytes;
        private final String etag;

        Page(byte[] bytes) {
            this.bytes = bytes;
            this.etag = '"' + sha256(bytes) + '"';
        }

        private static String sha256(byte[] bytes) {
            try {
                byte[] hash = MessageDigest.getInstance("SHA-256").digest(bytes);
                return HexFormat.of().formatHex(hash, 0, 16);
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("every JDK has SHA-256", e);
            }
        }
    }

    Pages(URL base) {
        this.base = base;
        this.isDirectory = base.getProtocol().equals("file");
    }

    /** Answers a GET or HEAD for this path; false if there is no such file. */
    boolean serve(String path, Request request, Response response, Callback callback) throws IOException {
        String file = path.endsWith("/") ? path + INDEX : path;
        String type = typeOf(file);
        Page page = type == null ? null : find(file);
        if (type == null || page == null) {
            return false;
        }
        headers(response.getHeaders(), page, request.getHeaders().get(HttpHeader.HOST));
        if (page.etag.equals(request.getHeaders().get(HttpHeader.IF_NONE_MATCH))) {
            response.setStatus(HttpStatus.NOT_MODIFIED_304);
            response.write(true, null, callback);
        } else {
            Replies.send(request, response, callback, HttpStatus.OK_200, type, page.bytes);
        }
        return true;
    }

    static @Nullable String typeOf(String file) {
        if (!SAFE_PATH.matcher(file).matches() || file.contains("..")) {
            return null;
        }
        String name = file.substring(file.lastIndexOf('/') + 1);
        int dot = name.lastIndexOf('.');
        if (dot < 0) {
            return BARE_NAME.matcher(name).matches() ? TYPES.get("txt") : null;
        }
        return dot == 0 ? null : TYPES.get(name.substring(dot + 1));
    }

    private @Nullable Page find(String file) throws IOException {
        if (isDirectory) {
            return load(file);
        }
        Page known = cache.get(file);
        if (known != null) {
            return known;
        }
        Page loaded = load(file);
        if (loaded != null) {
            cache.put(file, loaded);
        }
        return loaded;
    }

    private @Nullable Page load(String file) throws IOException {
        String spec = base.toExternalForm();
        URI uri = URI.create((spec.endsWith("/") ? spec.substring(0, spec.length() - 1) : spec) + file);
        if (isDirectory) {
            Path onDisk = Path.of(uri);
            return Files.isRegularFile(onDisk) && Files.size(onDisk) <= MAX_FILE_BYTES
                    ? new Page(Files.readAllBytes(onDisk))
                    : null;
        }
        URLConnection connection = uri.toURL().openConnection();
        connection.setUseCaches(false);
        try (InputStream in = connection.getInputStream()) {
            byte[] bytes = in.readNBytes(MAX_FILE_BYTES + 1);
            return bytes.length > MAX_FILE_BYTES ? null : new Page(bytes);
        } catch (FileNotFoundException e) {
            return null;
        }
    }

    private static void headers(HttpFields.Mutable headers, Page page, @Nullable String host) {
        headers.put(HttpHeader.ETAG, page.etag);
        headers.put(HttpHeader.CACHE_CONTROL, "no-cache");
        PageHeaders.put(headers, host);
        headers.put(new HttpField("X-Frame-Options", "DENY"));
    }
}
