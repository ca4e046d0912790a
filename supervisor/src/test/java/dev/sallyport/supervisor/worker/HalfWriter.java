package dev.sallyport.supervisor.worker;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;

/** The main class of a parent that is going to die while it writes a bundle. */
public final class HalfWriter {

    private HalfWriter() {}

    /** Arguments: a file with the first bytes of a bundle, one for the child's standard error, and the child's command line. */
    public static void main(String[] args) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(Arrays.asList(args).subList(2, args.length))
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(Path.of(args[1]).toFile());
        ChildWorker.withoutJvmOptions(builder);
        Process child = builder.start();
        OutputStream pipe = child.getOutputStream();
        pipe.write(Files.readAllBytes(Path.of(args[0])));
        pipe.flush();
        System.out.println(child.pid());
        new CountDownLatch(1).await();
    }
}
