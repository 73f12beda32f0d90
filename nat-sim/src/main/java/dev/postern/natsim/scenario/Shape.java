package dev.postern.natsim.scenario;

import java.util.List;

/** What a value looks like in the file: for the page and the schema, which an editor reads. */
sealed interface Shape {

    /** One value; {@code words} are all that it may be, or none if it may be others. */
    record Text(List<String> words) implements Shape {
        @Override
        public <R> R tell(Handler<R> handler) {
            return handler.onText(words);
        }
    }

    /** A list. */
    record ListOf(Shape item) implements Shape {
        @Override
        public <R> R tell(Handler<R> handler) {
            return handler.onList(item);
        }
    }

    /** A block with the keys of a section. */
    record Block(Section section) implements Shape {
        @Override
        public <R> R tell(Handler<R> handler) {
            return handler.onBlock(section);
        }
    }

    /** A block whose keys are names that the writer chooses. */
    record Named(Shape value) implements Shape {
        @Override
        public <R> R tell(Handler<R> handler) {
            return handler.onNamed(value);
        }
    }

    /** One of two. */
    record Either(Shape one, Shape other) implements Shape {
        @Override
        public <R> R tell(Handler<R> handler) {
            return handler.onEither(one, other);
        }
    }

    Shape TEXT = new Text(List.of());

    <R> R tell(Handler<R> handler);

    /** One method per shape. */
    interface Handler<R> {
        R onText(List<String> words);

        R onList(Shape item);

        R onBlock(Section section);

        R onNamed(Shape value);

        R onEither(Shape one, Shape other);
    }
}
