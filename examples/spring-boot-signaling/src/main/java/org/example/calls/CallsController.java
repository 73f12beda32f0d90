package org.example.calls;

import java.util.Map;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** What the application's own pages ask. Who a user is, a real application knows from his login, not from a parameter. */
@RestController
@RequestMapping("/api")
class CallsController {

    private final Tickets tickets;
    private final Rooms rooms;

    CallsController(Tickets tickets, Rooms rooms) {
        this.tickets = tickets;
        this.rooms = rooms;
    }

    /** A ticket, and where to show it. */
    record Ticket(String ticket, String signaling) {}

    @PostMapping("/tickets")
    Ticket ticket(@RequestParam String user, @RequestParam String room) {
        return new Ticket(tickets.issue(user, room), "/calls/signal/v1/ws");
    }

    @GetMapping("/rooms")
    Map<String, Integer> rooms() {
        return rooms.peersByRoom();
    }
}
