package dev.postern.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CompileThreadsTest {

    @TempDir
    Path task;

    @Test
    void timeOfTheCompilersIsCountedAndThatOfOthersIsNot() throws IOException {
        thread(7, "main", 1_000);
        thread(8, "C2 CompilerThre", 50_000);
        CompileThreads compilers = new CompileThreads(task);
        assertThat(compilers.nanosSince()).isZero();

        thread(7, "main", 900_000);
        thread(8, "C2 CompilerThre", 53_000);
        thread(9, "C1 CompilerThre", 400);
        assertThat(compilers.nanosSince()).isEqualTo(3_400);
    }

    @Test
    void threadThatHasEndedIsLeftOut() throws IOException {
        thread(8, "C2 CompilerThre", 50_000);
        thread(9, "C2 CompilerThre", 70_000);
        CompileThreads compilers = new CompileThreads(task);
        Files.delete(task.resolve("9/comm"));
        thread(8, "C2 CompilerThre", 50_100);
        assertThat(compilers.nanosSince()).isEqualTo(100);
    }

    private void thread(int id, String name, long nanos) throws IOException {
        Path folder = Files.createDirectories(task.resolve(Integer.toString(id)));
        Files.writeString(folder.resolve("comm"), name + "\n");
        Files.writeString(folder.resolve("schedstat"), nanos + " 77 3\n");
    }
}
