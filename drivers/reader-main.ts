import './require-runtime.ts';

import { parseArgs } from 'node:util';

import { portOpener } from './open-port.ts';
import { openReader } from './reader.ts';
import { READER_TIMINGS } from './reader-timings.ts';
import { lineForPeople, objectForPrograms } from './reader-words.ts';
import { systemClock } from './system-clock.ts';
import { parseTcpPath } from './tcp-port.ts';

const USAGE = `用法 usage: npm run reader -- --serial PATH | --tcp HOST:PORT [--json] [--show-personal-data]

  --serial PATH           串口,如 /dev/ttyUSB0 或 COM3 · a serial port
  --tcp HOST:PORT         网络串口或模拟读卡器 · a serial-over-LAN box or a simulated reader
  --json                  每行一个 JSON 对象 · one JSON object a line
  --show-personal-data    不遮盖号码、姓名、出生日期 · numbers, names and births unmasked
`;

interface Arguments {
  path: string;
  json: boolean;
  showPersonalData: boolean;
}

function main(): void {
  const args = argumentsOf(process.argv.slice(2));
  if (typeof args === 'string') {
    process.stderr.write(`${args}\n\n${USAGE}`);
    process.exitCode = 2;
    return;
  }
  const { path, json, showPersonalData } = args;
  const reader = openReader({
    path,
    openPort: portOpener(systemClock),
    clock: systemClock,
    timings: READER_TIMINGS,
  });
  reader.subscribe((event) => {
    if (json) {
      const object = objectForPrograms(event, showPersonalData);
      if (object !== null) process.stdout.write(`${JSON.stringify(object)}\n`);
    }
    // With --json standard output is for programs alone; what the reader itself does still reaches a person.
    const isAboutReader = event.event === 'reader-ready' || event.event === 'reader-gone';
    if (!json || isAboutReader) {
      (json ? process.stderr : process.stdout).write(`${lineForPeople(event, showPersonalData)}\n`);
    }
  });

  const stop = () => void reader.close();
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  // A program that reads us and goes away (`| head`) ends us, without a stack trace.
  process.stdout.on('error', stop);
}

/** The arguments, or in words what is wrong with them. */
function argumentsOf(argv: string[]): Arguments | string {
  let values;
  try {
    ({ values } = parseArgs({
      args: argv,
      options: {
        serial: { type: 'string' },
        tcp: { type: 'string' },
        json: { type: 'boolean', default: false },
        'show-personal-data': { type: 'boolean', default: false },
      },
    }));
  } catch (error) {
    return `参数有误 wrong arguments: ${error instanceof Error ? error.message : String(error)}`;
  }
  const { serial, tcp, json } = values;
  if ((serial === undefined) === (tcp === undefined)) {
    return '请给出 --serial 或 --tcp 之一 · give either --serial or --tcp';
  }
  const path = serial ?? `tcp://${tcp}`;
  if (serial === '' || (tcp !== undefined && parseTcpPath(path) === null)) {
    return `地址有误 not an address: ${serial ?? tcp}`;
  }
  return { path, json, showPersonalData: values['show-personal-data'] };
}

main();
