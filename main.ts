/**
 * Synthesizes one manifest for each profile: `dist/dev.k8s.yaml`, `dist/dev-jobs.k8s.yaml` and so on. PROFILE
 * selects some of them; IMAGE_REGISTRY is the registry that all images are pulled from. FLINK_STATE_URL,
 * FLINK_STATE_ENDPOINT and FLINK_STATE_REGION say where Flink keeps its state in the profiles prod and
 * prod-jobs.
 */
import { App } from 'cdk8s';
import { chosenProfiles, ProdChart, ProdJobsChart } from './charts/index';
import { objectStorage } from './charts/object-storage';

const { PROFILE, IMAGE_REGISTRY, FLINK_STATE_URL, FLINK_STATE_ENDPOINT, FLINK_STATE_REGION } = process.env;
const flinkStorage = objectStorage({
  url: FLINK_STATE_URL,
  endpoint: FLINK_STATE_ENDPOINT,
  region: FLINK_STATE_REGION,
});
const app = new App();
for (const [name, Chart] of chosenProfiles(PROFILE)) {
  new Chart(app, name, {
    imageRegistry: IMAGE_REGISTRY,
    ...(Chart === ProdChart || Chart === ProdJobsChart ? { flinkStorage } : {}),
  });
}
app.synth();
