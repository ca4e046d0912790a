package dev.sallyport.supervisor.worker;

import dev.sallyport.supervisor.bootstrap.DiscoveryRoots;
import io.avaje.inject.spi.AvajeModule;
import io.avaje.inject.spi.InjectExtension;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;

/**
 * The generated modules of the discovery roots and of nothing else on the class path. A class that a root's service file names
 * is loaded without being initialised, and becomes a module only if it is one and comes from a root itself.
 */
final class RootModules {

    private RootModules() {}

    /** @throws ContainerException when a root has no module of its own, or its service file names what is none at all */
    static List<AvajeModule> load(DiscoveryRoots roots) {
        List<AvajeModule> modules = new ArrayList<>();
        for (Path root : roots.entries()) {
            modules.addAll(modulesOf(root, roots.loader()));
        }
        return modules;
    }

    /** A loader of the same classes in which the injection library discovers nothing by itself. */
    static ClassLoader undiscoverable(ClassLoader classes) {
        return new RootLoader(classes, null);
    }

    private static List<AvajeModule> modulesOf(Path root, ClassLoader classes) {
        try {
            List<AvajeModule> modules = new ArrayList<>();
            ServiceLoader<InjectExtension> named =
                    ServiceLoader.load(InjectExtension.class, new RootLoader(classes, serviceFile(root)));
            for (ServiceLoader.Provider<InjectExtension> provider :
                    named.stream().toList()) {
                if (isModuleOf(root, provider.type())) {
                    modules.add((AvajeModule) provider.get());
                }
            }
            if (modules.isEmpty()) {
                throw new ContainerException(
                        "discovery root " + root.getFileName() + " names no injection module of its own", null);
            }
            return modules;
        } catch (ServiceConfigurationError e) {
            throw new ContainerException(
                    "discovery root " + root.getFileName() + " names what is no injection module", e);
        }
    }

    /** The generator also names plug-ins of the injection library here, and nobody keeps a file from naming what is another's. */
    private static boolean isModuleOf(Path root, Class<? extends InjectExtension> type) {
        return AvajeModule.class.isAssignableFrom(type) && root.equals(origin(type));
    }

    private static @Nullable Path origin(Class<?> type) {
        CodeSource source = type.getProtectionDomain().getCodeSource();
        if (source == null || source.getLocation() == null) {
            return null;
        }
        try {
            return Path.of(source.getLocation().toURI()).toRealPath();
        } catch (URISyntaxException | IOException | RuntimeException e) {
            return null;
        }
    }

    private static URL serviceFile(Path root) {
        String text = root.toUri().toString();
        try {
            return URI.create(
                            Files.isDirectory(root)
                                    ? text + DiscoveryRoots.SERVICE_FILE
                                    : "jar:" + text + "!/" + DiscoveryRoots.SERVICE_FILE)
                    .toURL();
        } catch (IOException e) {
            throw new ContainerException("discovery root " + root.getFileName() + " has no URL", e);
        }
    }

    /** Loads what its parent loads, and finds at most one service file of the injection library. */
    private static final class RootLoader extends ClassLoader {

        private final @Nullable URL serviceFile;

        RootLoader(ClassLoader classes, @Nullable URL serviceFile) {
            super(classes);
            this.serviceFile = serviceFile;
        }

        @Override
        public Enumeration<URL> getResources(String name) throws IOException {
            if (!name.equals(DiscoveryRoots.SERVICE_FILE)) {
                return super.getResources(name);
            }
            return Collections.enumeration(serviceFile == null ? List.of() : List.of(serviceFile));
        }
    }
}
