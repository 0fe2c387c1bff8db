// What a process has used, as the operating system counts it: the CPU time of all its threads.

import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

const hasProc = process.platform === 'linux';
/** The unit of CPU time in /proc (USER_HZ), whatever the kernel's own clock. */
const MILLISECONDS_PER_TICK = 10;

export function cpuMilliseconds(pid) {
  if (!hasProc) return macCpu(ps(pid, 'cputime'));
  const [, , user, system] = fieldsAfterName(pid).slice(9);
  return (Number(user) + Number(system)) * MILLISECONDS_PER_TICK;
}

/** The children of this process that run a program of that name. */
export function childrenNamed(name) {
  if (!hasProc) {
    const lines = spawnSync('ps', ['-A', '-o', 'pid=,ppid=,comm='], { encoding: 'utf8' }).stdout.split('\n');
    return lines.map((line) => line.trim().split(/\s+/)).filter(([, parent, path]) => Number(parent) === process.pid && path.endsWith(name)).map(([pid]) => Number(pid));
  }
  return readdirSync('/proc').filter((entry) => /^\d+$/.test(entry)).map(Number).filter((pid) => {
    try {
      return Number(fieldsAfterName(pid)[1]) === process.pid && readFileSync(`/proc/${pid}/comm`, 'utf8').trim() === name;
    } catch {
      // The process ended after the folder was listed.
      return false;
    }
  });
}

/** The fields of /proc/PID/stat from the state on: the name before it may hold spaces. */
function fieldsAfterName(pid) {
  return readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\) /s, '').split(' ');
}

function ps(pid, field) {
  return spawnSync('ps', ['-o', `${field}=`, '-p', String(pid)], { encoding: 'utf8' }).stdout.trim();
}

/** `[[hours:]minutes:]seconds.hundredths` */
function macCpu(text) {
  return text.split(':').reduce((sum, part) => sum * 60 + Number(part), 0) * 1000;
}
