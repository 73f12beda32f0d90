/**
 * Who is in the room besides us, and with whom a call for two should be: the first who came, unless that one is out of reach and somebody
 * else is there (a page that was closed by force comes back as somebody new while its old self still counts as lost).
 */
export class Roster {
  /** @type {Map<string, {peer: import('../lib/protocol.js').Peer, lost: boolean}>} */
  #members = new Map();

  /** @param {import('../lib/protocol.js').Peer[]} peers */
  reset(peers) {
    this.#members = new Map(peers.map((peer) => [peer.id, { peer, lost: false }]));
  }

  /** @param {import('../lib/protocol.js').PeerEvent} event */
  onPeer({ ev, peer }) {
    const member = this.#members.get(peer.id);
    if (ev === 'join') this.#members.set(peer.id, { peer, lost: false });
    else if (ev === 'leave') this.#members.delete(peer.id);
    else if (member && ev === 'meta') member.peer = { ...member.peer, ...peer, polite: member.peer.polite };
    else if (member) member.lost = ev === 'lost';
  }

  /** @param {string} id */
  find(id) {
    return this.#members.get(id)?.peer ?? null;
  }

  /**
   * The member that is the same page as this peer, which may have come back under another id: pages name themselves in `meta.page`.
   *
   * @param {import('../lib/protocol.js').Peer} peer
   */
  findSamePage(peer) {
    const page = peer.meta?.page;
    const same = page === undefined ? undefined : [...this.#members.values()].reverse().find((member) => member.peer.meta?.page === page);
    return same?.peer ?? null;
  }

  /** @param {string} id */
  isLost(id) {
    return this.#members.get(id)?.lost ?? false;
  }

  /**
   * Whom to talk to instead of somebody who is gone or lost: the newest that is there.
   *
   * @param {string} [not]
   * @returns {import('../lib/protocol.js').Peer | null}
   */
  anotherThan(not) {
    const there = [...this.#members.values()].filter((member) => !member.lost && member.peer.id !== not);
    return there.at(-1)?.peer ?? null;
  }

  get size() {
    return this.#members.size;
  }
}
