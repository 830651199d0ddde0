// Runs in every frame before its own scripts. The proxy holds the address rule; this spares what no article needs.
(() => {
  "use strict";
  const hide = (name) => {
    try {
      Object.defineProperty(globalThis, name, { value: undefined, configurable: false, writable: false });
    } catch {
      // another realm's property: the proxy is there, too
    }
  };
  // no request either: a page that puts data: or blob: in its own place
  if (globalThis.top === globalThis && globalThis.navigation) {
    globalThis.navigation.addEventListener("navigate", (event) => {
      if (!/^https?:/.test(event.destination.url) && event.cancelable) event.preventDefault();
    });
  }

  // ways out that are no requests of a page
  ["RTCPeerConnection", "webkitRTCPeerConnection", "WebTransport", "SharedWorker", "WebSocketStream"].forEach(hide);

  // a socket that never opens, and says so as a network would
  class ClosedSocket extends EventTarget {
    constructor(url) {
      super();
      this.url = String(url);
      this.readyState = 3;
      setTimeout(() => {
        for (const event of [new Event("error"), new CloseEvent("close", { code: 1006 })]) {
          this["on" + event.type]?.(event);
          this.dispatchEvent(event);
        }
      }, 0);
    }
    send() {}
    close() {}
  }
  Object.assign(ClosedSocket, { CONNECTING: 0, OPEN: 1, CLOSING: 2, CLOSED: 3 });
  try {
    Object.defineProperty(globalThis, "WebSocket", { value: ClosedSocket, configurable: false, writable: false });
    Object.defineProperty(globalThis, "open", { value: () => null, configurable: false, writable: false });
    Object.defineProperty(Navigator.prototype, "sendBeacon", { value: () => true, configurable: false, writable: false });
  } catch {
    // as above
  }
})();
