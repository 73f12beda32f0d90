import { PeerLink, SignalClient } from '../lib/postern.js';

const client = new SignalClient();
const media = await navigator.mediaDevices.getUserMedia({ video: true, audio: true });
document.querySelector('#me').srcObject = media;
const call = (peer) => {
  const link = new PeerLink(client, { room: 'hello', peer });
  link.addEventListener('track', ({ detail }) => (document.querySelector('#them').srcObject = detail.stream));
  link.addStream(media);
};
client.addEventListener('peer', ({ detail }) => detail.ev === 'join' && call(detail.peer));
client.addEventListener('joined', ({ detail }) => detail.peers.forEach(call));
await client.connect().then(() => client.join('hello'));
