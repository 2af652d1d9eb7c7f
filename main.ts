/**
 * Synthesizes every profile into a manifest of its own: `dist/dev.k8s.yaml`, `dist/dev-jobs.k8s.yaml` and so on.
 * PROFILE chooses some of them; IMAGE_REGISTRY stands before all image names.
 */
import { App } from 'cdk8s';
import { chosenProfiles } from './charts/index';

const { PROFILE, IMAGE_REGISTRY } = process.env;
const app = new App();
for (const [name, Chart] of chosenProfiles(PROFILE)) new Chart(app, name, { imageRegistry: IMAGE_REGISTRY });
app.synth();
