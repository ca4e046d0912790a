package dev.sallyport.examples.fundloads.limits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.examples.fundloads.v1.DecideRequest;
import dev.sallyport.examples.fundloads.v1.Decision;
import dev.sallyport.examples.fundloads.v1.FundLoad;
import dev.sallyport.transport.HandlerException;
import org.junit.jupiter.api.Test;

class PartitionTest {

    private final Partition partition = new Partition("p1", Limits.STANDARD);

    @Test
    void customersAreIndependent() throws HandlerException {
        assertThat(partition
                        .decide(request(0, load("1", "a"), load("1", "b"), load("1", "a")))
                        .getDecisionsList())
                .containsExactly(Decision.ACCEPTED, Decision.ACCEPTED, Decision.REPEATED);
        assertThat(partition.decide(request(3, load("1", "b"))).getDecisionsList())
                .containsExactly(Decision.REPEATED);
    }

    @Test
    void loadsThatAreNotTheNextOnesAreRefused() throws HandlerException {
        partition.decide(request(0, load("1", "a")));
        assertThatThrownBy(() -> partition.decide(request(0, load("1", "a"))))
                .isInstanceOf(HandlerException.class)
                .hasMessageContaining("decided 1 loads, the caller counts 0");
        assertThatThrownBy(() -> partition.decide(request(2, load("3", "a")))).isInstanceOf(HandlerException.class);
        assertThat(partition.decide(request(1, load("2", "a"))).getDecisionsList())
                .containsExactly(Decision.ACCEPTED);
    }

    private static DecideRequest request(long before, FundLoad... loads) {
        DecideRequest.Builder request =
                DecideRequest.newBuilder().setPartition("p1").setLoadsBefore(before);
        for (FundLoad load : loads) {
            request.addLoads(load);
        }
        return request.build();
    }

    private static FundLoad load(String id, String customer) {
        return FundLoad.newBuilder()
                .setId(id)
                .setCustomerId(customer)
                .setAmountCents(100)
                .build();
    }
}
