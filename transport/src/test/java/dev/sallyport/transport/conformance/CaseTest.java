package dev.sallyport.transport.conformance;

import io.github.nettyplus.leakdetector.junit.NettyLeakDetectorExtension;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.ExtendWith;

/** One server for the cases of a group; what it leaves behind is checked when the group is done. */
@ExtendWith(NettyLeakDetectorExtension.class)
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
