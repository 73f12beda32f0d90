package dev.postern.turn.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postern.turn.core.QuotaLedger.Grant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class QuotaLedgerTest {

    @Test
    void userMayHoldHisQuotaAndNoMore() {
        QuotaLedger<String> ledger = new QuotaLedger<>(2, 10);

        assertThat(ledger.take("alice")).isEqualTo(Grant.GRANTED);
        assertThat(ledger.take("alice")).isEqualTo(Grant.GRANTED);
        assertThat(ledger.take("alice")).isEqualTo(Grant.USER_QUOTA_REACHED);
        assertThat(ledger.take("bob")).isEqualTo(Grant.GRANTED);
        ledger.giveBack("alice");
        assertThat(ledger.take("alice")).isEqualTo(Grant.GRANTED);
        assertThat(ledger.held()).isEqualTo(3);
    }

    @Test
    void refusalByTheTotalLeavesTheUserAsHeWas() {
        QuotaLedger<String> ledger = new QuotaLedger<>(2, 1);
        ledger.take("alice");

        assertThat(ledger.take("bob")).isEqualTo(Grant.TOTAL_QUOTA_REACHED);
        assertThat(ledger.heldBy("bob")).isZero();
        assertThat(ledger.users()).isEqualTo(1);
        ledger.giveBack("alice");
        assertThat(ledger.users()).as("nobody is remembered for nothing").isZero();
    }

    @Test
    void moreThanWasTakenCannotBeGivenBack() {
        QuotaLedger<String> ledger = new QuotaLedger<>(2, 2);

        assertThatThrownBy(() -> ledger.giveBack("alice")).isInstanceOf(IllegalStateException.class);
        assertThat(ledger.held()).isZero();
    }

    /** S22: 200 at a time from 8 threads, each outcome exact. */
    @Test
    void quotaIsExactWhenAllAskAtOnce() throws Exception {
        QuotaLedger<String> ledger = new QuotaLedger<>(7, 1000);
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            List<Future<Grant>> answers = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                String user = "user" + i % 4;
                answers.add(threads.submit(() -> ledger.take(user)));
            }
            Map<Grant, Integer> outcomes = new EnumMap<>(Grant.class);
            for (Future<Grant> answer : answers) {
                outcomes.merge(answer.get(), 1, Integer::sum);
            }
            assertThat(outcomes).containsOnly(Map.entry(Grant.GRANTED, 28), Map.entry(Grant.USER_QUOTA_REACHED, 172));
            assertThat(ledger.held()).isEqualTo(28);
        } finally {
            threads.shutdownNow();
        }
    }
}
