package dev.sallyport.supervisor.worker;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;

/** The constant pool of a class file, as far as it names classes (JVMS, section 4.4). */
final class ClassFile {

    private static final int BEFORE_POOL = 8;
    private static final int UTF8 = 1;
    private static final int CLASS = 7;

    private ClassFile() {}

    /**
     * The internal names ({@code java/lang/String}) of the classes and interfaces that the code names, its own among them; no arrays.
     *
     * @throws IOException when the constant pool cannot be read, as that of no class file or of a later format
     */
    static List<String> namedClasses(InputStream file) throws IOException {
        DataInputStream input = new DataInputStream(new BufferedInputStream(file));
        input.skipNBytes(BEFORE_POOL);
        int count = input.readUnsignedShort();
        String[] texts = new String[count];
        Collection<Integer> classes = new ArrayList<>();
        for (int i = 1; i < count; i++) {
            int tag = input.readUnsignedByte();
            if (tag == UTF8) {
                texts[i] = input.readUTF();
            } else if (tag == CLASS) {
                classes.add(input.readUnsignedShort());
            } else {
                input.skipNBytes(length(tag));
                i += slots(tag) - 1;
            }
        }
        return names(texts, classes);
    }

    private static List<String> names(String[] texts, Collection<Integer> classes) throws IOException {
        if (classes.stream().anyMatch(index -> index >= texts.length)) {
            throw new IOException("a class name lies behind the constant pool");
        }
        return classes.stream()
                .map(index -> Objects.toString(texts[index], ""))
                .filter(name -> !name.startsWith("["))
                .toList();
    }

    private static int slots(int tag) {
        return tag == 5 || tag == 6 ? 2 : 1;
    }

    /** Bytes behind the tag. */
    private static int length(int tag) throws IOException {
        return switch (tag) {
            case 8, 16, 19, 20 -> 2;
            case 15 -> 3;
            case 3, 4, 9, 10, 11, 12, 17, 18 -> 4;
            case 5, 6 -> 8;
            default -> throw new IOException("unknown constant " + tag);
        };
    }
}
