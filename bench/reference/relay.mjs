// The least that a signaling server does, on Node's ws: node relay.mjs HOST PORT. Clients come with ?id=NAME; a message with "dst" goes to that client
// as it is, with "src" set. No rooms, no limits, no answers, nothing kept.
import { WebSocketServer } from "ws";

const [host, port] = process.argv.slice(2);
const clients = new Map();
const server = new WebSocketServer({ host, port: Number(port), perMessageDeflate: false, backlog: 4096 });

server.on("connection", (socket, request) => {
  const id = new URL(request.url, "ws://relay").searchParams.get("id");
  clients.set(id, socket);
  socket.on("close", () => clients.delete(id));
  socket.on("message", (data) => {
    const message = JSON.parse(data);
    message.src = id;
    clients.get(message.dst)?.send(JSON.stringify(message));
  });
});
