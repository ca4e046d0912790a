package dev.sallyport.transport.conformance;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What does not verify is refused in silence, and nothing behind it is looked at. */
class MacTest extends CaseTest {
    @Test
    @DisplayName("M01 each bit of a frame matters")
    void M01_eachBitMatters() {
        cases.run("M01");
    }

    @Test
    @DisplayName("M02 a tag is right in all 32 bytes or wrong")
    void M02_aTagIsRightInAllItsBytes() {
        cases.run("M02");
    }

    @Test
    @DisplayName("M03 a reflected frame does not verify")
    void M03_reflection() {
        cases.run("M03");
    }

    @Test
    @DisplayName("M04 no other key makes a session tag")
    void M04_noOtherKey() {
        cases.run("M04");
    }

    @Test
    @DisplayName("M05 labels keep handshake and session apart")
    void M05_labelsSeparate() {
        cases.run("M05");
    }

    @Test
    @DisplayName("M06 the payload cannot move into the tag")
    void M06_payloadMovedIntoTheTag() {
        cases.run("M06");
    }

    @Test
    @DisplayName("M07 the payloads of two frames cannot change places")
    void M07_payloadsSwapped() {
        cases.run("M07");
    }

    @Test
    @DisplayName("M08 a KIND changed is a tag broken")
    void M08_kindChanged() {
        cases.run("M08");
    }

    @Test
    @DisplayName("M09 the bytes received are verified, not a new encoding")
    void M09_rawBytesRule() {
        cases.run("M09");
    }

    @Test
    @DisplayName("M11 nothing behind a wrong tag is processed")
    void M11_nothingBehindAWrongTag() {
        cases.run("M11");
    }
}
