/** What keeps a container of a pod from being ready. */
import { OWN_IMAGES } from '../images';
import type { ContainerStatus, Event, Pod, Terminated } from '../api';
import type { Trouble } from './trouble';

/** Messages of registries and nodes after which another attempt cannot help. */
const NO_SUCH_IMAGE =
  /not found|does not exist|manifest unknown|denied|unauthorized|no such host|InvalidImageName|ErrImageNeverPull/i;

const NO_IMAGE = ['ErrImagePull', 'ImagePullBackOff', 'InvalidImageName', 'ErrImageNeverPull'];

/** Exit code of a process that was killed by SIGKILL. */
const KILLED = 137;

/** How our programs begin the line that says how to fix an error. */
const FIX = 'To fix it: ';

/** What keeps the containers of a pod from being ready, in the order in which they start. */
export function containerTroubles(pod: Pod, events: readonly Event[]): Trouble[] {
  const { initContainerStatuses = [], containerStatuses = [] } = pod.status ?? {};
  return [...initContainerStatuses, ...containerStatuses].flatMap((status) =>
    containerTrouble(pod, status, events),
  );
}

function containerTrouble(pod: Pod, status: ContainerStatus, events: readonly Event[]): Trouble[] {
  const { name } = pod.metadata;
  const at = `pod ${name}, container ${status.name}`;
  const { waiting, running, terminated } = status.state;
  if (waiting?.reason !== undefined && NO_IMAGE.includes(waiting.reason)) {
    return [{ at, ...imageTrouble(status, waiting.reason, waiting.message ?? '', events) }];
  }
  const log = { pod: name, container: status.name, previous: false };
  const before = status.lastState?.terminated;
  if (terminated !== undefined && terminated.exitCode !== 0) {
    return [{ at, reason: ending(terminated, status), fix: endFix(terminated), weight: 'odd', log }];
  }
  if (waiting?.reason === 'CrashLoopBackOff' && before !== undefined) {
    const reason = `CrashLoopBackOff: ${ending(before, status)}`;
    return [{ at, reason, fix: endFix(before), weight: 'odd', log: { ...log, previous: true } }];
  }
  if (waiting?.reason?.endsWith('Error')) {
    const reason = `${waiting.reason}: ${waiting.message ?? ''}`;
    const fix = 'fix what the message names, then apply again';
    return [{ at, reason, fix, weight: 'odd' }];
  }
  if (running !== undefined && !status.ready) return [notReady(at, status, events, log)];
  return [];
}

/** How a container ended, for a sentence about it. */
function ending({ exitCode, reason, message }: Terminated, { restartCount }: ContainerStatus): string {
  const why = reason === undefined || reason === 'Error' ? '' : ` (${reason})`;
  const times = restartCount > 0 ? `, restarted ${restartCount} times` : '';
  // The last line of a user's error says how to fix it; the line before says what is wrong.
  const words =
    message
      ?.trim()
      .split('\n')
      .findLast((line) => !line.startsWith(FIX)) ?? '';
  return `ended with exit code ${exitCode}${why}${times}${words === '' ? '' : `: ${words}`}`;
}

function endFix({ exitCode, reason, message }: Terminated): string {
  const own = message?.split('\n').findLast((line) => line.startsWith(FIX));
  if (own !== undefined) return own.slice(FIX.length);
  if (reason === 'OOMKilled') return 'give it more memory (`resources` of its construct), then apply again';
  if (exitCode === KILLED)
    return 'check its liveness probe and the memory of the node with kubectl describe pod: it was killed';
  return 'provide what the lines above say is missing; it then starts by itself';
}

function imageTrouble(
  { image }: ContainerStatus,
  waitingFor: string,
  message: string,
  events: readonly Event[],
): Pick<Trouble, 'reason' | 'fix' | 'weight'> {
  // Older kubelets report the cause only in an event.
  const event = events.findLast(({ message: text }) => text.startsWith('Failed to pull image'));
  const said = lastPart(event?.message ?? message);
  const own = OWN_IMAGES.some(({ name }) => image.endsWith(name));
  const hopeless = own || NO_SUCH_IMAGE.test(`${waitingFor} ${message} ${event?.message ?? ''}`);
  return {
    reason: `${waitingFor}: the node cannot pull image ${image}: ${said}`,
    fix: own
      ? `build it (npm run images) and load it into the cluster: npm run kind:up does both; minikube image load ${image}; for other clusters npm run images -- --push PREFIX and IMAGE_REGISTRY=PREFIX npm run synth`
      : 'check the name, and that the nodes can reach its registry; npm run images -- --push PREFIX --mirror copies all images to another registry',
    weight: hopeless ? 'hopeless' : 'odd',
  };
}

/** Errors of container runtimes are nested: the message of the registry comes last. */
function lastPart(message: string): string {
  return message.split(': ').at(-1) ?? message;
}

function notReady(
  at: string,
  { restartCount }: ContainerStatus,
  events: readonly Event[],
  log: Trouble['log'],
): Trouble {
  const probe = events.findLast(({ reason }) => reason === 'Unhealthy')?.message ?? 'no probe has passed yet';
  const times = restartCount > 0 ? `, restarted ${restartCount} times` : '';
  return {
    at,
    reason: `is running, but not ready${times}: ${probe.trim()}`,
    fix: 'see above what it is waiting for; a slow machine may need a longer --timeout',
    weight: restartCount > 0 ? 'odd' : 'slow',
    ...(log && { log }),
  };
}
