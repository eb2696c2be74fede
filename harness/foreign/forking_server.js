// Right: a forking echo server on Node. Each client gets a process, which needs a tenth
// of a second before it holds the connection; Node reaps it.
// Usage: forking_server.js PORT
'use strict';
const { fork } = require('child_process');
const net = require('net');

const serve = (message, connection) => {
  const leave = () => process.exit(0);
  if (!connection) return leave(); // the client has left before
  connection.on('error', leave).on('close', leave);
  connection.pipe(connection);
};

const start = (connection) =>
  fork(__filename, ['child']).send('client', connection, { keepOpen: false });

if (process.argv[2] === 'child') {
  process.on('message', serve);
} else {
  const options = { allowHalfOpen: true, pauseOnConnect: true };
  net.createServer(options, start).listen(Number(process.argv[2]), '127.0.0.1');
}
