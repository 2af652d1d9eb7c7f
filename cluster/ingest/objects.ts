/** The objects of `npm run ingest`: a claim, a pod that copies the files, and the Job of the producer. */
import { App, Chart, Duration, Size } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-27';
import { PROFILES } from '../../charts/index';
import { IMAGES } from '../../constructs/common/images';
import { NAMES } from '../../constructs/common/names';
import { hardenedPod } from '../../constructs/common/pod';
import { BottleSource, configureStack, objectLabels } from '../../constructs/index';
import { k8s } from '../../imports';
import { UserError } from '../../contract/user-error';

/** Claim that holds the bottles. */
export const BOTTLES_CLAIM = 'strain-bottles';

/** Where the copying pod mounts it. */
export const BOTTLES_FOLDER = '/bottles';

/** User of the producer's image. Both pods run as this user, so that one can read what the other wrote. */
const UID = 1000;

/** A copying pod that is left behind ends by itself after this time. */
const LONGEST_COPY = Duration.hours(2);

export interface IngestOptions {
  readonly profile: string;
  readonly namespace: string;
  /** Hash of the batch, and its folder on the claim. */
  readonly batch: string;
  /** Size of the claim, if it is created. */
  readonly size: Size;
  /** As for `npm run synth`. @default - each image's own registry */
  readonly imageRegistry?: string;
}

/** An object as it is applied. */
export interface Manifest {
  readonly kind: string;
  readonly metadata: { readonly name: string };
}

/** The objects, for one batch. */
export interface IngestObjects {
  readonly claim: Manifest;
  readonly copier: Manifest;
  /** The Job of the producer. Each batch has its own name. */
  readonly job: Manifest;
  /** NetworkPolicies of the profile, which allow the links of the producer. */
  readonly policies: readonly Manifest[];
}

/**
 * Makes the objects. The Job comes from the chart of the profile, given the bottles.
 * @throws UserError when the profile has no producer
 */
export function ingestObjects(options: IngestOptions): IngestObjects {
  const { profile, namespace, imageRegistry, batch } = options;
  const Profile = PROFILES[profile];
  if (Profile === undefined)
    throw new Error(`no profile ${profile}; there are ${Object.keys(PROFILES).join()}`);
  const bottles = BottleSource.claim(BOTTLES_CLAIM, batch);
  const stack = new Profile(new App(), profile, { namespace, imageRegistry, bottles }).toJson() as Manifest[];
  const job = stack.find(
    ({ kind, metadata }) => kind === 'Job' && metadata.name.startsWith(`${NAMES.strainProducer}-`),
  );
  if (job === undefined) {
    throw new UserError('CLUSTER_FAILED', `profile ${profile} has no producer`, {
      fix: 'choose the profile of the stack: dev, classic or prod',
    });
  }
  const [claim, copier] = storage(options);
  return { claim, copier, job, policies: stack.filter(({ kind }) => kind === 'NetworkPolicy') };
}

/** The claim, and the pod that mounts it writable and waits for files. */
function storage({
  namespace,
  imageRegistry,
  batch,
  size,
}: IngestOptions): [claim: Manifest, copier: Manifest] {
  const chart = new Chart(new App(), 'ingest', { namespace, disableResourceNameHashes: true });
  if (imageRegistry !== undefined) configureStack(chart, { imageRegistry });
  const labels = objectLabels(chart, BOTTLES_CLAIM, 'bottles');
  const claim = new k8s.KubePersistentVolumeClaim(chart, 'claim', {
    metadata: { name: BOTTLES_CLAIM, labels },
    spec: {
      accessModes: ['ReadWriteOnce'],
      resources: { requests: { storage: k8s.Quantity.fromString(`${size.toGibibytes()}Gi`) } },
    },
  });
  const copier = new k8s.KubePod(chart, 'copier', {
    metadata: { name: `${BOTTLES_CLAIM}-${batch}`, labels },
    spec: {
      ...hardenedPod(chart, {
        uid: UID,
        // Its shell ignores signals, and incomplete files do no harm.
        gracePeriod: Duration.seconds(1),
        restartPolicy: 'Never',
        volumes: [{ name: 'bottles', persistentVolumeClaim: { claimName: BOTTLES_CLAIM } }],
        containers: [
          {
            name: 'copy',
            image: IMAGES.strainProducer,
            command: ['sleep', String(LONGEST_COPY.toSeconds())],
            resources: {
              cpuRequest: Cpu.millis(50),
              cpuLimit: Cpu.units(1),
              memoryRequest: Size.mebibytes(16),
              memoryLimit: Size.mebibytes(128),
            },
            mounts: [{ name: 'bottles', mountPath: BOTTLES_FOLDER }],
          },
        ],
      }),
      activeDeadlineSeconds: LONGEST_COPY.toSeconds(),
    },
  });
  return [claim.toJson() as Manifest, copier.toJson() as Manifest];
}
