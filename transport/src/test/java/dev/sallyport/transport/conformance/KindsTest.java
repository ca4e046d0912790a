package dev.sallyport.transport.conformance;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What may come, from which side, in which order of checks. */
class KindsTest extends CaseTest {
    @Test
    @DisplayName("V01 an unknown kind")
    void V01_unknownKind() {
        cases.run("V01");
    }

    @Test
    @DisplayName("V02 a known kind from the wrong side")
    void V02_wrongSide() {
        cases.run("V02");
    }

    @Test
    @DisplayName("V03 an unknown or misplaced type, and the order of checks")
    void V03_typesAndOrderOfChecks() {
        cases.run("V03");
    }

    @Test
    @DisplayName("V04 reserved fields are zero")
    void V04_reservedFields() {
        cases.run("V04");
    }

    @Test
    @DisplayName("V05 the agreed schema only")
    void V05_schema() {
        cases.run("V05");
    }
}
