// node drip.js: a server that sends one byte in each chunk, without end and as fast as it can. Prints its port.

import { createServer } from "node:net";

const PIECE = Buffer.from("1\r\n \r\n".repeat(20_000));

const server = createServer((socket) => {
  const pour = () => {
    while (!socket.destroyed && socket.write(PIECE));
  };
  socket.on("error", () => {}).on("drain", pour);
  socket.write("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1\r\n[\r\n");
  pour();
}).listen(0, "127.0.0.1", () => console.log(server.address().port));
