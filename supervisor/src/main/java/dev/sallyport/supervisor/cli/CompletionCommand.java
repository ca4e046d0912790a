package dev.sallyport.supervisor.cli;

import java.io.PrintWriter;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "completion",
        description = "Prints a script that completes commands and options in a shell.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  source <(sallyport completion bash)    # in ~/.bashrc",
            "  source <(sallyport completion zsh)     # in ~/.zshrc, behind compinit"
        },
        sortOptions = false)
final class CompletionCommand implements Callable<Integer> {

    /** The shells that can be completed; one script serves both. */
    enum ForShell {
        BASH,
        ZSH
    }

    /** As the page writes them. */
    static final class Names implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return List.of("bash", "zsh").iterator();
        }
    }

    @Parameters(paramLabel = "SHELL", completionCandidates = Names.class, description = "bash or zsh.")
    private @Nullable ForShell shell;

    @Spec
    private @Nullable CommandSpec spec;

    private final PrintWriter out;

    CompletionCommand(PrintWriter out) {
        this.out = out;
    }

    @Override
    public Integer call() {
        CommandSpec root = Objects.requireNonNull(spec).root();
        String script = switch (Objects.requireNonNull(shell)) {
            case BASH, ZSH -> AutoComplete.bash(root.name(), root.commandLine());
        };
        out.print(script);
        out.flush();
        return ExitCode.OK.code();
    }
}
