package dev.postern.app.admin;

/** What a running server can be told; the admin listener is its only caller. Any thread. */
public interface Administration {

    /** The configuration as JSON, without any secret. */
    String config();

    /**
     * Ends the allocations of a user and lets him in no more.
     *
     * @return how many allocations ended
     */
    int revokeUser(String user);

    /**
     * Ends the allocations whose credentials belong to a room, and accepts those credentials no more.
     *
     * @param room the name of a signaling room, or what a token's room claim said
     * @return how many allocations ended
     */
    int revokeRoom(String room);
}
