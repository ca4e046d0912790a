package dev.sallyport.supervisor.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The descriptors that this process has open, by what they are names of: a file's path, or the kind of a pipe, socket or event loop.
 * Linux only.
 *
 * @param names one for each descriptor, sorted
 */
record Descriptors(List<String> names) {

    /** The number says which one of its kind it is: every run and every cycle has others. */
    private static final Pattern INODE = Pattern.compile("^(pipe|socket):\\[(\\d+)\\]$");

    private static final List<String> SOCKETS = List.of("tcp", "tcp6", "udp", "udp6", "unix");

    static Descriptors open() throws IOException {
        List<Path> links;
        try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
            links = descriptors.toList();
        }
        List<String> names = new ArrayList<>();
        for (Path link : links) {
            try {
                names.add(kind(Files.readSymbolicLink(link).toString()));
            } catch (IOException e) {
                // closed by now, as that of the listing itself
            }
        }
        return new Descriptors(names.stream().sorted().toList());
    }

    int count() {
        return names.size();
    }

    /** Each name that more of these descriptors have than those of then: as often as there are more. */
    List<String> since(Descriptors then) {
        Map<String, Integer> left = new HashMap<>();
        then.names.forEach(name -> left.merge(name, 1, Integer::sum));
        return names.stream()
                .filter(name -> left.merge(name, -1, Integer::sum) < 0)
                .toList();
    }

    private static String kind(String name) throws IOException {
        Matcher matcher = INODE.matcher(name);
        if (!matcher.matches()) {
            return name;
        }
        return matcher.group(1).equals("pipe") ? "pipe" : socketKind(matcher.group(2));
    }

    private static String socketKind(String inode) throws IOException {
        for (String protocol : SOCKETS) {
            Path table = Path.of("/proc/self/net", protocol);
            if (Files.exists(table)
                    && Files.readAllLines(table).stream()
                            .anyMatch(line -> List.of(line.trim().split("\\s+")).contains(inode))) {
                return "socket " + protocol;
            }
        }
        return "socket";
    }
}
