package dev.postern.app.cli;

import picocli.CommandLine.IVersionProvider;

/** The version that the jar's manifest names. */
final class Version implements IVersionProvider {

    /** Such as {@code 0.1.0}; from classes that are in no jar, {@code development}. */
    static String text() {
        String packed = Version.class.getPackage().getImplementationVersion();
        return packed == null ? "development" : packed;
    }

    @Override
    public String[] getVersion() {
        return new String[] {"postern " + text() + " (Java " + System.getProperty("java.version") + ")"};
    }
}
