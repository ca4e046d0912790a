package dev.sallyport.transport.conformance;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Payloads of a compromised worker, all with valid tags. */
class ProtobufTest extends CaseTest {
    @Test
    @DisplayName("P01 an unknown field anywhere")
    void P01_unknownField() {
        cases.run("P01");
    }

    @Test
    @DisplayName("P02 the last of two values wins")
    void P02_lastValueWins() {
        cases.run("P02");
    }

    @Test
    @DisplayName("P03 varints of up to ten bytes")
    void P03_varints() {
        cases.run("P03");
    }

    @Test
    @DisplayName("P04 a length beyond the payload")
    void P04_lengths() {
        cases.run("P04");
    }

    @Test
    @DisplayName("P05 deep nesting and groups")
    void P05_nesting() {
        cases.run("P05");
    }

    @Test
    @DisplayName("P06 strings are UTF-8")
    void P06_utf8() {
        cases.run("P06");
    }

    @Test
    @DisplayName("P07 broken tags")
    void P07_brokenTags() {
        cases.run("P07");
    }

    @Test
    @DisplayName("P08 an end at every offset")
    void P08_endAtEveryOffset() {
        cases.run("P08");
    }

    @Test
    @DisplayName("P10 required fields")
    void P10_requiredFields() {
        cases.run("P10");
    }

    @Test
    @DisplayName("P11 enums are known and specified")
    void P11_enums() {
        cases.run("P11");
    }

    @Test
    @DisplayName("P13 free text has a limit and may hold anything")
    void P13_freeText() {
        cases.run("P13");
    }
}
