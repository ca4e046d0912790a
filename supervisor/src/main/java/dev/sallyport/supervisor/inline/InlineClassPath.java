package dev.sallyport.supervisor.inline;

import dev.sallyport.supervisor.GroupSpec;
import dev.sallyport.supervisor.bootstrap.ClassPath;
import dev.sallyport.supervisor.process.WorkerCommand;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The class path of one worker in this process: the process's own, or the group's with a class loader for each worker, so
 * that two workers share no static state, as two processes would not.
 */
final class InlineClassPath implements AutoCloseable {

    private final ClassPath entries;
    private final @Nullable URLClassLoader own;

    private InlineClassPath(ClassPath entries, @Nullable URLClassLoader own) {
        this.entries = entries;
        this.own = own;
    }

    static InlineClassPath of(GroupSpec group) throws IOException {
        if (group.classPath().isEmpty()) {
            return new InlineClassPath(ClassPath.ofThisProcess(), null);
        }
        List<Path> paths = WorkerCommand.classPath(group).stream().map(Path::of).toList();
        URL[] urls = new URL[paths.size()];
        for (int i = 0; i < urls.length; i++) {
            urls[i] = paths.get(i).toUri().toURL();
        }
        URLClassLoader loader = new URLClassLoader(urls, InlineClassPath.class.getClassLoader());
        return new InlineClassPath(new ClassPath(paths, loader), loader);
    }

    ClassPath entries() {
        return entries;
    }

    @Override
    public void close() throws IOException {
        if (own != null) {
            own.close();
        }
    }
}
