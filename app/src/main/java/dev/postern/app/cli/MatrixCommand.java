package dev.postern.app.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

@Command(name = "matrix", description = "Two ICE agents behind every pair of NATs.")
final class MatrixCommand implements Callable<Integer> {
    MatrixCommand(Surroundings surroundings) {}

    @Override
    public Integer call() {
        return 0;
    }
}
