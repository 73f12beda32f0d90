// PeerServer as its users start it, but for the number of clients: node peerjs.mjs HOST PORT.
import { PeerServer } from "peer";

const [host, port] = process.argv.slice(2);
PeerServer({ host, port: Number(port), concurrent_limit: 100_000 });
