package dev.sallyport.transport.conformance;

import dev.sallyport.transport.NoLeaks;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.ExtendWith;

/** One server for the cases of a group; what it leaves behind is checked when the group is done. */
@ExtendWith(NoLeaks.class)
abstract class CaseTest {

    static ServerUnderTest target;
    static CaseRunner cases;

    @BeforeAll
    static void open() {
        target = new ServerUnderTest();
        cases = new CaseRunner(target);
    }

    @AfterAll
    static void close() {
        target.close();
    }
}
