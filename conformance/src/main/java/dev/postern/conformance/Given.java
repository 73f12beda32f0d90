package dev.postern.conformance;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a run has to offer its cases.
 *
 * @param first the user, or null if there is none
 * @param second another user, or null if there is none
 * @param needs what is there
 * @param setups how the server is set up, as far as it is known
 */
public record Given(@Nullable Credentials first, @Nullable Credentials second, Set<Need> needs, Set<Setup> setups) {

    public Given {
        needs = Set.copyOf(needs);
        setups = Set.copyOf(setups);
    }
}
