package dev.postern.natsim.scenario;

import java.util.List;

/** Every section of the file: the one list that the reader, the page and the schema are made from. */
final class Sections {

    static final List<Section> ALL = List.of(
            FileKeys.FILE,
            PlaceKeys.NETWORK,
            NatKeys.SECTION,
            LinkKeys.LINK,
            PlaceKeys.HOST,
            PlaceKeys.SERVER,
            StepKeys.PACKET,
            StepKeys.CALL,
            StepKeys.EVENT,
            FileKeys.POPULATION);

    private Sections() {}
}
