package dev.postern.webclient;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WebClientTest {
    @Test
    void rootLeadsToThePagesAndTheLibrary() throws IOException {
        assertThat(WebClient.root().toString()).endsWith("/");
        assertThat(read(WebClient.root(), "index.html")).startsWith("<!doctype html>");
        assertThat(read(WebClient.root(), "lib/postern.js")).contains("SignalClient", "PeerLink");
    }

    @Test
    void rootIsFoundInAJarThatHasNoEntriesForDirectories(@TempDir Path temp) throws Exception {
        Path jar = temp.resolve("client.jar");
        try (OutputStream out = Files.newOutputStream(jar);
                ZipOutputStream zip = new ZipOutputStream(out)) {
            put(zip, "WebClient.class");
            put(zip, "index.html");
        }
        ClassLoader platform = ClassLoader.getPlatformClassLoader();
        try (URLClassLoader loader = new URLClassLoader(new URL[] {jar.toUri().toURL()}, platform)) {
            Object root = loader.loadClass(WebClient.class.getName())
                    .getMethod("root")
                    .invoke(null);
            assertThat(String.valueOf(root)).startsWith("jar:").endsWith("!/dev/postern/webclient/");
        }
    }

    private static void put(ZipOutputStream zip, String name) throws IOException {
        zip.putNextEntry(new ZipEntry("dev/postern/webclient/" + name));
        try (InputStream in = WebClient.class.getResourceAsStream(name)) {
            assertThat(in).isNotNull();
            in.transferTo(zip);
        }
    }

    private static String read(URL root, String path) throws IOException {
        try (InputStream in = new URL(root, path).openStream()) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
