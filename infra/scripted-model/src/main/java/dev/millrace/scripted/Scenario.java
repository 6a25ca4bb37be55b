package dev.millrace.scripted;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a model says, in order.
 *
 * @param otherwise what is said when the turns are over
 * @param side what a request that offers no tools gets, such as for a title; null if it is a turn like any other
 * @param repeats whether a conversation that begins gets the turns from the first one on, whatever was given before;
 *     for one conversation at a time
 */
public record Scenario(
        List<Turn> turns, Turn otherwise, @Nullable Turn side, boolean repeats) {
    public Scenario {
        turns = List.copyOf(turns);
    }

    /** One that is gone through once. */
    public Scenario(List<Turn> turns, Turn otherwise, @Nullable Turn side) {
        this(turns, otherwise, side, false);
    }

    /** These turns, and then an error that agents do not try again. */
    public static Scenario of(Turn... turns) {
        return new Scenario(List.of(turns), Turn.fail(400, "The script is over."), null);
    }

    /** Where in a scenario a server is. Thread-safe. */
    final class Progress {
        private final Map<Turn, Integer> given = new HashMap<>();
        private final List<Turn> inOrder = new ArrayList<>();

        Progress() {
            begin();
        }

        private void begin() {
            given.clear();
            inOrder.clear();
            turns.stream().filter(turn -> turn.when() == null).forEach(inOrder::add);
        }

        synchronized Turn next(Ask ask) {
            if (side != null && ask.tools().isEmpty()) {
                return side;
            }
            if (repeats && ask.isBeginning()) {
                begin();
            }
            for (Turn turn : turns) {
                if (turn.when() != null
                        && turn.when().matcher(ask.lastMessage()).find()
                        && (turn.times() == 0 || given.getOrDefault(turn, 0) < turn.times())) {
                    given.merge(turn, 1, Integer::sum);
                    return turn;
                }
            }
            if (inOrder.isEmpty()) {
                return otherwise;
            }
            Turn turn = inOrder.getFirst();
            if (turn.times() > 0 && given.merge(turn, 1, Integer::sum) >= turn.times()) {
                inOrder.removeFirst();
                given.remove(turn);
            }
            return turn;
        }
    }
}
