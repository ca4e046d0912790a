package dev.sallyport.rules;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** What a program of the documentation prints. */
public final class Printed {

    /** A main method. */
    public interface Program {
        void main(String[] args) throws Exception;
    }

    private Printed() {}

    /** The lines that the program writes to standard output. */
    public static List<String> by(Program program, String... args) throws Exception {
        PrintStream console = System.out;
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
        try {
            program.main(args);
        } finally {
            System.setOut(console);
        }
        return printed.toString(StandardCharsets.UTF_8).lines().toList();
    }
}
