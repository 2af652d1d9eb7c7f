/**
 * Memory of containers whose nodes run on this machine, be it as processes or, as kind and minikube have
 * them, in containers: Linux shows the control groups of all of them under /sys/fs/cgroup.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const ROOT = '/sys/fs/cgroup';

/** Version 1 has a tree for each resource. */
const V1_MEMORY = path.join(ROOT, 'memory');

/** Folder of the container with this id; undefined where no node of this machine has it. */
export function findGroup(id: string): string | undefined {
  const root = existsSync(V1_MEMORY) ? V1_MEMORY : ROOT;
  if (!existsSync(root)) return undefined;
  const folders = [root];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    for (const entry of readFolder(folder)) {
      const inner = path.join(folder, entry);
      // `ID` or, where systemd makes the groups, `cri-containerd-ID.scope`.
      if (entry.includes(id)) return inner;
      folders.push(inner);
    }
  }
  return undefined;
}

function readFolder(folder: string): string[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name);
  } catch {
    // It ended meanwhile.
    return [];
  }
}

/**
 * Bytes that the group's processes need: all that is charged to it but files' pages, which the system can
 * drop. Undefined when it is gone.
 */
export function memoryOf(group: string): number | undefined {
  const v1 = group.startsWith(V1_MEMORY);
  try {
    const used = Number(read(group, v1 ? 'memory.usage_in_bytes' : 'memory.current'));
    const stat = read(group, 'memory.stat');
    const field = (name: string): number => Number(new RegExp(`^${name} (\\d+)$`, 'm').exec(stat)?.[1] ?? 0);
    // Both versions count memory shared by tmpfs with the files; it cannot be dropped.
    return v1 ? used - field('total_cache') + field('total_shmem') : used - field('file') + field('shmem');
  } catch {
    return undefined;
  }
}

function read(group: string, file: string): string {
  return readFileSync(path.join(group, file), 'utf8');
}
